package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the JSON in an answer: the whole of it, or what stands in its one fenced block, as models
 * like to write it. Stateless.
 */
final class AnswerJson {
  private static final String FENCE = "```";

  private AnswerJson() {}

  /** The task's structured output, else the JSON in its text. */
  static Optional<JsonNode> in(Evidence evidence) {
    JsonNode output = evidence.output();
    return JsonValues.absent(output) || output.isTextual()
        ? in(evidence.text())
        : Optional.of(output);
  }

  static Optional<JsonNode> in(String text) {
    Optional<JsonNode> bare = JsonValues.parse(text);
    return bare.isPresent() ? bare : onlyBlock(text).flatMap(JsonValues::parse);
  }

  /** The content of the one fenced block, if there is one, and one only, and it may be JSON. */
  private static Optional<String> onlyBlock(String text) {
    List<String> blocks = new ArrayList<>();
    StringBuilder open = null;
    boolean json = false;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      String bare = line.strip();
      if (!bare.startsWith(FENCE)) {
        if (open != null) {
          open.append(line).append('\n');
        }
      } else if (open == null) {
        String language = bare.substring(FENCE.length()).strip();
        json = language.isEmpty() || language.equalsIgnoreCase("json");
        open = new StringBuilder();
      } else {
        blocks.add(json ? open.toString() : "");
        open = null;
      }
    }
    return open == null && blocks.size() == 1 ? Optional.of(blocks.get(0)) : Optional.empty();
  }
}
