package io.evalctl.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * What a task came to.
 *
 * @param output the answer; a text node when it is text, null when there is none
 * @param limit the limit that ended it, or null
 * @param lost whether the sandbox died for good
 * @param detail how it came about, for the record
 * @param trace where its steps are written down, or null
 */
public record TaskResult(
    JsonNode output, String limit, boolean lost, ObjectNode detail, Path trace) {

  static TaskResult finished(JsonNode output, ObjectNode detail) {
    return new TaskResult(output, null, false, detail, null);
  }

  static TaskResult limited(JsonNode output, String limit, ObjectNode detail) {
    return new TaskResult(output, limit, false, detail, null);
  }

  /** The answer as text: itself when it is text, else its JSON; empty when there is none. */
  public String text() {
    return output == null ? "" : output.isTextual() ? output.textValue() : output.toString();
  }
}
