package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.llm.LlmError;

/** Why the loop ended; the fields are those of {@link RlmResult}. */
record Ending(
    RlmResult.Status status, JsonNode answer, String limit, String problem, LlmError modelError) {

  static Ending finished(JsonNode answer) {
    return new Ending(RlmResult.Status.FINISHED, answer, null, null, null);
  }

  static Ending limit(RlmResult.Status status, String limit) {
    return new Ending(status, null, limit, null, null);
  }

  static Ending sandboxLost(String problem) {
    return new Ending(RlmResult.Status.SANDBOX_LOST, null, null, problem, null);
  }

  static Ending modelFailed(LlmError error) {
    String problem = error.code() + ": " + error.message();
    return new Ending(RlmResult.Status.MODEL_FAILED, null, null, problem, error);
  }
}
