package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the chunks of a streamed chat completion together (platform.openai.com, API reference, "The
 * chat completion chunk object"). Used by one thread.
 */
final class ChatChunks {
  private static final List<String> TEXTS = List.of("reasoning_content", "reasoning", "refusal");

  private final ObjectNode body = Json.object();
  private final ObjectNode choice = Json.object();
  private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
  private final StringBuilder content = new StringBuilder();
  private final ArrayNode parts = Json.array();
  private final Map<Integer, ObjectNode> calls = new LinkedHashMap<>();

  void add(JsonNode chunk) {
    for (String field : List.of("id", "model", "service_tier")) {
      String value = Json.string(chunk, field);
      if (value != null && !body.has(field)) {
        body.put(field, value);
      }
    }
    addUsage(chunk);
    for (JsonNode each : chunk.path("choices")) {
      if (each.path("index").asInt(0) == 0) {
        addChoice(each);
      }
    }
  }

  /** Whether the model said that it stopped, or why it could not go on. */
  boolean finished() {
    return choice.has("finish_reason") || choice.has("error");
  }

  /** The completion as it would have come in one piece. */
  ObjectNode body() {
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    if (parts.isEmpty()) {
      message.put("content", content.isEmpty() ? null : content.toString());
    } else {
      flush();
      message.set("content", parts);
    }
    texts.forEach((field, text) -> message.put(field, text.toString()));
    if (!calls.isEmpty()) {
      message.putArray("tool_calls").addAll(calls.values());
    }
    body.putArray("choices").add(choice);
    return body;
  }

  private void addUsage(JsonNode holder) {
    if (holder.path("usage").isObject() && !holder.path("usage").isEmpty()) {
      body.set("usage", holder.get("usage"));
    }
  }

  private void addChoice(JsonNode each) {
    String finish = Json.string(each, "finish_reason");
    boolean failed = ChatCompletionsCodec.meansFailure(choice.path("finish_reason").asText(""));
    if (finish != null && !finish.isEmpty() && !failed) {
      choice.put("finish_reason", finish);
    }
    if (ErrorBody.isError(each)) {
      choice.set("error", each.get("error"));
    }
    addUsage(each);
    JsonNode delta = each.path("delta").isObject() ? each.path("delta") : each.path("message");
    if (delta != each.get("delta") && delta.path("content").isTextual()) {
      // All of it once more, or so far.
      content.setLength(0);
      texts.clear();
    }
    addContent(delta.path("content"));
    for (String field : TEXTS) {
      String text = Json.string(delta, field);
      if (text != null) {
        texts.computeIfAbsent(field, key -> new StringBuilder()).append(text);
      }
    }
    delta.path("tool_calls").forEach(this::addCall);
  }

  /** Text, or Mistral's array of chunks. */
  private void addContent(JsonNode value) {
    if (value.isTextual()) {
      content.append(value.textValue());
    } else if (value.isArray() && !value.isEmpty()) {
      flush();
      value.forEach(parts::add);
    }
  }

  private void flush() {
    if (!content.isEmpty()) {
      parts.addObject().put("type", "text").put("text", content.toString());
      content.setLength(0);
    }
  }

  /** A piece without an index goes on with the last call, unless it brings an id of its own. */
  private void addCall(JsonNode piece) {
    boolean opens = Json.string(piece, "id") != null || calls.isEmpty();
    int index = piece.path("index").asInt(opens ? calls.size() : calls.size() - 1);
    ObjectNode call =
        calls.computeIfAbsent(
            index,
            key -> {
              ObjectNode made = Json.object().put("type", "function");
              made.putObject("function");
              return made;
            });
    ObjectNode function = (ObjectNode) call.get("function");
    if (Json.string(piece, "id") != null && !call.has("id")) {
      call.put("id", Json.string(piece, "id"));
    }
    String name = Json.string(piece.path("function"), "name");
    if (name != null && !name.isEmpty()) {
      function.put("name", name);
    }
    JsonNode arguments = piece.path("function").path("arguments");
    if (arguments.isTextual()) {
      function.put("arguments", function.path("arguments").asText("") + arguments.textValue());
    } else if (arguments.isObject()) {
      function.set("arguments", arguments);
    }
  }
}
