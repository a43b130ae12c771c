package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the events of a streamed message together (platform.claude.com, "Streaming messages"). Used
 * by one thread.
 */
final class AnthropicEvents {
  private ObjectNode message = Json.object();
  private final Map<Integer, ObjectNode> blocks = new TreeMap<>();
  private final Map<Integer, StringBuilder> inputs = new TreeMap<>();
  private boolean finished;

  void add(JsonNode event) {
    int index = event.path("index").asInt(0);
    switch (String.valueOf(Json.string(event, "type"))) {
      case "message_start" -> {
        if (event.path("message") instanceof ObjectNode start) {
          message = start.deepCopy();
        }
      }
      case "content_block_start" -> {
        if (event.path("content_block") instanceof ObjectNode block) {
          blocks.put(index, block.deepCopy());
        }
      }
      case "content_block_delta" -> addDelta(index, event.path("delta"));
      case "message_delta" -> {
        if (event.path("delta") instanceof ObjectNode delta) {
          message.setAll(delta);
        }
        if (event.path("usage") instanceof ObjectNode usage) {
          message.withObject("/usage").setAll(usage);
        }
      }
      case "message_stop" -> finished = true;
      default -> {
        // A ping, the end of a block, or an event of a later version.
      }
    }
  }

  /** Whether the model said that it stopped. */
  boolean finished() {
    return finished || Json.string(message, "stop_reason") != null;
  }

  /** The message as it would have come in one piece. */
  ObjectNode body() {
    inputs.forEach(
        (index, text) -> {
          if (blocks.containsKey(index)) {
            blocks.get(index).set("input", input(text.toString()));
          }
        });
    message.putArray("content").addAll(blocks.values());
    return message;
  }

  private void addDelta(int index, JsonNode delta) {
    ObjectNode block = blocks.computeIfAbsent(index, key -> Json.object().put("type", "text"));
    for (String field : new String[] {"text", "thinking", "signature"}) {
      String more = Json.string(delta, field);
      if (more != null) {
        block.put(field, block.path(field).asText("") + more);
      }
    }
    String json = Json.string(delta, "partial_json");
    if (json != null) {
      inputs.computeIfAbsent(index, key -> new StringBuilder()).append(json);
    }
  }

  /** What a cut-off call leaves behind is no JSON. */
  private static JsonNode input(String text) {
    try {
      return text.isBlank() ? Json.object() : Json.read(text);
    } catch (IOException e) {
      return Json.object();
    }
  }
}
