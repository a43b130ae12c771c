package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.text.Json;

/** Writes every call and its outcome down. Thread-safe. */
final class RecordingChatModel implements ChatModel {
  private final ChatModel model;
  private final String occasion;
  private final JsonLines tape;
  private final Redactor redactor;

  /**
   * @param occasion part of the key, or null
   */
  RecordingChatModel(ChatModel model, String occasion, JsonLines tape, Redactor redactor) {
    this.model = model;
    this.occasion = occasion;
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
    line.put("key", TapeFormat.key(id(), occasion, request));
    if (occasion != null) {
      line.put("occasion", occasion);
    }
    line.set("request", redactor.redact(TapeFormat.write(id(), request)));
    line.set(field, outcome);
    tape.append(line);
  }
}
