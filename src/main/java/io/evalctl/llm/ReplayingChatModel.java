package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;

/** Answers from a {@link Tape}; nothing is sent. Thread-safe. */
final class ReplayingChatModel implements ChatModel {
  private final ModelId id;
  private final String occasion;
  private final Tape tape;

  /**
   * @param occasion part of the key, or null
   */
  ReplayingChatModel(ModelId id, String occasion, Tape tape) {
    this.id = id;
    this.occasion = occasion;
    this.tape = tape;
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    JsonNode line =
        tape.next(TapeFormat.key(id, occasion, request))
            .orElseThrow(
                () ->
                    LlmException.unrecorded(
                        "the record holds no further answer of %s to this request%s"
                            .formatted(id, occasion == null ? "" : " in " + occasion)));
    try {
      if (line.path("error").isObject()) {
        throw new LlmException(TapeFormat.readError(line.path("error")), null);
      }
      return TapeFormat.readResponse(line.path("response"));
    } catch (IllegalArgumentException e) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR, "the record is damaged", e.getMessage());
    }
  }
}
