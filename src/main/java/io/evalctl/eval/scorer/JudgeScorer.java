package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.eval.dataset.source.Fields;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model judges by a rubric. Its answer must be JSON with a score from 0 to 1 and a reason, and
 * nothing else; it is asked once more when it is not. An empty answer scores 0 without asking.
 *
 * @param model as the dataset spells it; never the model under test by default
 * @param threshold from which value on it passed
 */
record JudgeScorer(String label, String model, String rubric, double threshold) implements Scorer {
  private static final double DEFAULT_THRESHOLD = 0.5;
  private static final ChatOptions OPTIONS = new ChatOptions(0.0, null, null, List.of(), null);
  private static final String AGAIN =
      "That was not the one JSON object asked for. Answer again with nothing but"
          + " {\"score\": a number from 0 to 1, \"reason\": \"one sentence\"}.";

  static Scorer read(String label, Fields fields) {
    fields.knows("model", "rubric", "threshold");
    String model = fields.requiredText("model");
    if (model != null) {
      try {
        ModelId.parse(model);
      } catch (LlmException e) {
        fields.wrong("model", e.error().message(), e.error().details());
      }
    }
    return new JudgeScorer(
        label, model, fields.requiredText("rubric"), Thresholds.read(fields, DEFAULT_THRESHOLD));
  }

  @Override
  public Score score(Evidence evidence) {
    if (evidence.text().isBlank()) {
      return Score.fail("there is no answer to judge");
    }
    try {
      ChatModel judge = evidence.model(model);
      List<ChatMessage> messages = new ArrayList<>(JudgePrompt.messages(rubric, evidence));
      ChatResponse first = ask(judge, messages, evidence);
      Optional<Score> score = read(first.text());
      if (score.isEmpty()) {
        messages.add(ChatMessage.assistant(first.content()));
        messages.add(ChatMessage.user(AGAIN));
        score = read(ask(judge, messages, evidence).text());
      }
      return score.orElseThrow(
          () ->
              ScorerFailure.of(
                  label,
                  evidence,
                  "got no usable verdict of "
                      + model
                      + ", asked twice: "
                      + JsonValues.shown(first.text()),
                  "take a model that keeps to JSON",
                  null));
    } catch (LlmException e) {
      throw ScorerFailure.of(
          label, evidence, "could not ask " + model + ": " + e.getMessage(), null, e);
    }
  }

  private static ChatResponse ask(ChatModel judge, List<ChatMessage> messages, Evidence evidence) {
    return judge.complete(ChatRequest.of(messages, OPTIONS), evidence.deadline());
  }

  private Optional<Score> read(String answer) {
    return AnswerJson.in(answer)
        .filter(JsonNode::isObject)
        .filter(
            json ->
                json.size() == 2
                    && json.path("score").isNumber()
                    && json.path("reason").isTextual())
        .filter(json -> json.path("score").doubleValue() >= 0)
        .filter(json -> json.path("score").doubleValue() <= 1)
        .map(
            json -> {
              double value = json.path("score").doubleValue();
              return new Score(value, value >= threshold, json.path("reason").textValue());
            });
  }

  @Override
  public Set<String> models() {
    return model == null ? Set.of() : Set.of(model);
  }
}
