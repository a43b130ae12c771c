package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * How requests and their outcomes stand in a record: {@code {"key","request","response"}} or {@code
 * {"key","request","error"}}. The key is the SHA-256 of model, request and, where there is one, the
 * occasion, so that the request may be redacted and still be found.
 */
final class TapeFormat {
  private TapeFormat() {}

  static String key(ModelId id, String occasion, ChatRequest request) {
    ObjectNode asked = write(id, request);
    if (occasion != null) {
      asked.put("occasion", occasion);
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Json.text(asked).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static ObjectNode write(ModelId id, ChatRequest request) {
    ObjectNode node = Json.object().put("model", id.toString());
    ArrayNode messages = node.putArray("messages");
    for (ChatMessage message : request.messages()) {
      messages
          .addObject()
          .put("role", message.role().label())
          .set("content", write(message.content()));
    }
    ChatOptions options = request.options();
    ObjectNode sampling = node.putObject("options");
    sampling.put("temperature", options.temperature());
    sampling.put("topP", options.topP());
    sampling.put("maxTokens", options.maxTokens());
    ArrayNode stop = sampling.putArray("stopSequences");
    options.stopSequences().forEach(stop::add);
    sampling.put("seed", options.seed());
    ArrayNode tools = node.putArray("tools");
    for (ToolDefinition tool : request.tools()) {
      tools
          .addObject()
          .put("name", tool.name())
          .put("description", tool.description())
          .set("parameters", tool.parameters());
    }
    return node;
  }

  static ObjectNode write(ChatResponse response) {
    ObjectNode node = Json.object();
    node.set("content", write(response.content()));
    node.put("stopReason", response.stopReason().name());
    node.put("rawStopReason", response.rawStopReason());
    ObjectNode usage = node.putObject("usage");
    put(usage, "input", response.usage().input());
    put(usage, "cachedInput", response.usage().cachedInput());
    put(usage, "cacheWrite", response.usage().cacheWrite());
    put(usage, "output", response.usage().output());
    put(usage, "reasoning", response.usage().reasoning());
    if (!response.usage().listPrice()) {
      usage.put("listPrice", false);
    }
    node.put("modelVersion", response.modelVersion());
    node.put("responseId", response.responseId());
    node.put("latencyMs", response.latency().toMillis());
    node.put("attempts", response.attempts());
    ArrayNode dropped = node.putArray("droppedParameters");
    response.droppedParameters().forEach(dropped::add);
    return node;
  }

  static ObjectNode write(LlmError error) {
    return Json.object()
        .put("code", error.code().name())
        .put("message", error.message())
        .put("details", error.details())
        .put("statusCode", error.statusCode())
        .put("retryable", error.retryable())
        .put("attempts", error.attempts())
        .put("retryAfterMs", error.retryAfterMs())
        .put("parameter", error.parameter());
  }

  static ChatResponse readResponse(JsonNode node) {
    List<String> dropped = new ArrayList<>();
    node.path("droppedParameters").forEach(parameter -> dropped.add(parameter.asText()));
    JsonNode usage = node.path("usage");
    return new ChatResponse(
        readContent(node.path("content")),
        StopReason.valueOf(node.path("stopReason").asText()),
        Json.string(node, "rawStopReason"),
        new Usage(
            count(usage, "input"),
            count(usage, "cachedInput"),
            count(usage, "cacheWrite"),
            count(usage, "output"),
            count(usage, "reasoning"),
            usage.path("listPrice").asBoolean(true)),
        Json.string(node, "modelVersion"),
        Json.string(node, "responseId"),
        Duration.ofMillis(whole(node, "latencyMs", Long.MAX_VALUE)),
        (int) whole(node, "attempts", Integer.MAX_VALUE),
        dropped);
  }

  static LlmError readError(JsonNode node) {
    return new LlmError(
        LlmErrorCode.valueOf(node.path("code").asText()),
        node.path("message").asText(),
        Json.string(node, "details"),
        node.path("statusCode").isNumber() ? (Integer) (int) whole(node, "statusCode", 999) : null,
        node.path("retryable").asBoolean(),
        (int) whole(node, "attempts", Integer.MAX_VALUE),
        node.path("retryAfterMs").isNumber()
            ? (Long) whole(node, "retryAfterMs", Long.MAX_VALUE)
            : null,
        Json.string(node, "parameter"));
  }

  private static ArrayNode write(List<ChatContent> content) {
    ArrayNode array = Json.object().arrayNode();
    for (ChatContent part : content) {
      ObjectNode node = array.addObject();
      if (part instanceof ChatContent.Text text) {
        node.put("type", "text").put("text", text.text());
      } else if (part instanceof ChatContent.Reasoning thought) {
        node.put("type", "reasoning").put("provider", thought.provider().name());
        node.put("text", thought.text()).set("raw", thought.raw());
      } else if (part instanceof ChatContent.ToolCall call) {
        node.put("type", "toolCall").put("id", call.id()).put("name", call.name());
        node.put("signature", call.signature()).set("arguments", call.arguments());
      } else if (part instanceof ChatContent.ToolResult result) {
        node.put("type", "toolResult").put("callId", result.callId()).put("name", result.name());
        node.put("text", result.text()).put("failed", result.failed());
      }
    }
    return array;
  }

  private static List<ChatContent> readContent(JsonNode array) {
    List<ChatContent> content = new ArrayList<>();
    for (JsonNode node : array) {
      String text = node.path("text").asText("");
      switch (node.path("type").asText()) {
        case "text" -> content.add(new ChatContent.Text(text));
        case "reasoning" ->
            content.add(
                new ChatContent.Reasoning(
                    Provider.valueOf(node.path("provider").asText()),
                    text,
                    node.path("raw").isNull() ? null : node.path("raw")));
        case "toolCall" ->
            content.add(
                new ChatContent.ToolCall(
                    node.path("id").asText(),
                    node.path("name").asText(),
                    node.path("arguments"),
                    Json.string(node, "signature")));
        default -> throw new IllegalArgumentException("unknown content " + node.path("type"));
      }
    }
    return content;
  }

  /** A number from 0 up; 0 when there is none. */
  private static long whole(JsonNode node, String field, long most) {
    JsonNode value = node.path(field);
    if (!value.isNumber()) {
      return 0;
    }
    Long number = Json.integer(node, field);
    if (number == null || number < 0 || number > most) {
      throw new IllegalArgumentException(field + " is no number from 0 to " + most);
    }
    return number;
  }

  private static void put(ObjectNode usage, String field, TokenCount count) {
    if (count != null) {
      usage.putObject(field).put("tokens", count.tokens()).put("origin", count.origin().label());
    }
  }

  private static TokenCount count(JsonNode usage, String field) {
    JsonNode node = usage.path(field);
    return node.isObject()
        ? new TokenCount(
            whole(node, "tokens", Usage.MOST_TOKENS),
            TokenOrigin.valueOf(node.path("origin").asText().toUpperCase(Locale.ROOT)))
        : null;
  }
}
