package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.eval.dataset.source.Fields;
import java.util.Optional;

/**
 * The whole answer is one value. Numbers and strings compare by their JSON value; white space
 * around a text does not count.
 *
 * @param value wanted; a missing node for what the case expects
 */
record ExactScorer(String label, JsonNode value) implements Scorer {

  static Scorer read(String label, Fields fields) {
    fields.knows("value");
    return new ExactScorer(label, fields.node("value"));
  }

  @Override
  public Score score(Evidence evidence) {
    JsonNode wanted = Expected.of(value, evidence);
    JsonNode output = evidence.output();
    JsonNode actual = JsonValues.absent(output) ? TextNode.valueOf(evidence.text()) : output;
    return Score.of(
        JsonValues.equalAsWritten(wanted, actual),
        "the answer is " + JsonValues.shown(actual) + ", expected " + JsonValues.shown(wanted));
  }

  @Override
  public Optional<String> misfit(JsonNode expected) {
    return Expected.misfit(value, expected);
  }
}
