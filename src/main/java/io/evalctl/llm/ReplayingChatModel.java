package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Deadline;

/** Answers from a {@link Tape}; nothing is sent. Thread-safe. */
final class ReplayingChatModel implements ChatModel {
  private final ModelId id;
  private final Tape tape;

  ReplayingChatModel(ModelId id, Tape tape) {
    this.id = id;
    this.tape = tape;
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    JsonNode line =
        tape.next(TapeFormat.key(id, request))
            .orElseThrow(
                () ->
                    new LlmException(
                        LlmErrorCode.VALIDATION_ERROR,
                        "the record holds no further answer of " + id + " to this request",
                        "record it again, with the same model, messages and options"));
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
