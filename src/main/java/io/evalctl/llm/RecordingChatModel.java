package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;

/** Writes every call and its outcome down. Thread-safe. */
final class RecordingChatModel implements ChatModel {
  private final ChatModel model;
  private final JsonLines tape;
  private final Redactor redactor;

  RecordingChatModel(ChatModel model, JsonLines tape, Redactor redactor) {
    this.model = model;
    this.tape = tape;
    this.redactor = redactor;
  }

  @Override
  public ModelId id() {
    return model.id();
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    try {
      ChatResponse response = model.complete(request, deadline);
      write(request, "response", TapeFormat.write(response));
      return response;
    } catch (LlmException e) {
      write(request, "error", TapeFormat.write(e.error()));
      throw e;
    }
  }

  private void write(ChatRequest request, String field, JsonNode outcome) {
    ObjectNode line = Json.object();
    line.put("key", TapeFormat.key(id(), request));
    line.set("request", redactor.redact(TapeFormat.write(id(), request)));
    line.set(field, outcome);
    tape.append(line);
  }
}
