package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Anthropic (platform.claude.com, API reference, "Create a Message"). */
final class AnthropicCodec implements ProviderCodec {
  private static final Set<String> STANDARD =
      Set.of("", "null", "standard", "global", "not_available");

  private static final String VERSION = "2023-06-01";

  /** The API wants a limit, and thinking counts. Models before Claude 3.7 take less. */
  private static final int DEFAULT_MAX_TOKENS = 16_384;

  private static final int CLAUDE_3_5_MAX_TOKENS = 8192;
  private static final int CLAUDE_3_MAX_TOKENS = 4096;

  @Override
  public List<String> refused(String model, ChatOptions options) {
    if (takesNoSampling(model)) {
      return List.of("seed", "temperature", "top_p");
    }
    // Newer models refuse top_p beside temperature; a top_p of 1 cuts nothing off anyway.
    boolean idleTopP =
        options.temperature() != null && options.topP() != null && options.topP() == 1.0;
    return idleTopP ? List.of("seed", "top_p") : List.of("seed");
  }

  /** Those above 4.6, of Haiku above 4.5 (platform.claude.com, migration guides). */
  private static boolean takesNoSampling(String model) {
    return ClaudeVersion.of(model)
        .filter(claude -> claude.newerThan(4, claude.family().equals("haiku") ? 5 : 6))
        .isPresent();
  }

  private static int mostTokens(String model) {
    return ClaudeVersion.of(model)
        .filter(claude -> !claude.newerThan(3, 6))
        .map(claude -> claude.newerThan(3, 4) ? CLAUDE_3_5_MAX_TOKENS : CLAUDE_3_MAX_TOKENS)
        .orElse(DEFAULT_MAX_TOKENS);
  }

  @Override
  public HttpCall encode(Endpoint endpoint, String model, ChatRequest request) {
    ChatOptions options = request.options();
    ObjectNode body = Json.object();
    body.put("model", model);
    body.put("max_tokens", options.maxTokens() == null ? mostTokens(model) : options.maxTokens());
    List<String> system = new ArrayList<>();
    ArrayNode messages = body.putArray("messages");
    for (ChatMessage message : request.messages()) {
      if (message.role() == ChatRole.SYSTEM) {
        system.add(message.text());
      } else {
        addMessage(messages, message);
      }
    }
    if (!system.isEmpty()) {
      body.put("system", String.join("\n\n", system));
    }
    if (options.temperature() != null) {
      body.put("temperature", options.temperature());
    }
    if (options.topP() != null) {
      body.put("top_p", options.topP());
    }
    if (!options.stopSequences().isEmpty()) {
      ArrayNode stop = body.putArray("stop_sequences");
      options.stopSequences().forEach(stop::add);
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      for (ToolDefinition tool : request.tools()) {
        tools
            .addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("input_schema", tool.parameters());
      }
    }
    return new HttpCall(
        "POST", endpoint.resolve("/v1", "/messages"), headers(endpoint), Json.write(body));
  }

  @Override
  public HttpCall listModels(Endpoint endpoint) {
    return new HttpCall("GET", endpoint.resolve("/v1", "/models"), headers(endpoint), null);
  }

  private static Map<String, String> headers(Endpoint endpoint) {
    return Map.of(
        "Content-Type",
        "application/json",
        "Accept",
        "application/json",
        "x-api-key",
        endpoint.apiKey(),
        "anthropic-version",
        VERSION);
  }

  private static void addMessage(ArrayNode messages, ChatMessage message) {
    ObjectNode node = messages.addObject();
    node.put("role", message.role() == ChatRole.ASSISTANT ? "assistant" : "user");
    ArrayNode content = node.putArray("content");
    for (ChatContent part : message.content()) {
      if (part instanceof ChatContent.Text text) {
        // A blank block is refused.
        if (!text.text().isBlank()) {
          content.addObject().put("type", "text").put("text", text.text());
        }
      } else if (part instanceof ChatContent.Reasoning thought) {
        if (thought.provider() == Provider.ANTHROPIC && thought.raw() != null) {
          content.add(thought.raw());
        }
      } else if (part instanceof ChatContent.ToolCall call) {
        content
            .addObject()
            .put("type", "tool_use")
            .put("id", call.id())
            .put("name", call.name())
            .set("input", call.arguments().isObject() ? call.arguments() : Json.object());
      } else if (part instanceof ChatContent.ToolResult result) {
        content
            .addObject()
            .put("type", "tool_result")
            .put("tool_use_id", result.callId())
            .put("content", result.text())
            .put("is_error", result.failed());
      }
    }
  }

  @Override
  public DecodedReply decode(JsonNode body) {
    if (!body.path("content").isArray()) {
      throw new LlmException(LlmErrorCode.INVALID_RESPONSE, "the answer has no content array");
    }
    List<ChatContent> content = new ArrayList<>();
    for (JsonNode block : body.path("content")) {
      switch (String.valueOf(Json.string(block, "type"))) {
        case "text" -> content.add(new ChatContent.Text(block.path("text").asText("")));
        case "thinking", "redacted_thinking" ->
            content.add(
                new ChatContent.Reasoning(
                    Provider.ANTHROPIC, block.path("thinking").asText(""), block));
        case "tool_use" ->
            content.add(
                new ChatContent.ToolCall(
                    block.path("id").asText(""),
                    block.path("name").asText(""),
                    block.path("input").isObject() ? block.path("input") : Json.object(),
                    null));
        default -> {
          // Blocks of server tools, which evalctl does not ask for.
        }
      }
    }
    String raw = Json.string(body, "stop_reason");
    return new DecodedReply(
        content,
        stopReason(raw),
        raw,
        usage(body.path("usage")).atListPrice(listPrice(body.path("usage"))),
        Json.string(body, "model"),
        Json.string(body, "id"),
        null,
        // Only the provider's own tools pause a turn, and evalctl asks for none of them.
        "pause_turn".equals(raw) ? ErrorBody.of("the turn was paused before its end", null) : null);
  }

  @Override
  public JsonNode assemble(EventStream stream) {
    AnthropicEvents events = new AnthropicEvents();
    stream.events().forEach(events::add);
    return events.finished() ? events.body() : null;
  }

  private static StopReason stopReason(String raw) {
    return switch (raw == null ? "" : raw) {
      case "end_turn" -> StopReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> StopReason.MAX_TOKENS;
      case "stop_sequence" -> StopReason.STOP_SEQUENCE;
      case "tool_use" -> StopReason.TOOL_USE;
      case "refusal" -> StopReason.REFUSAL;
      default -> StopReason.OTHER;
    };
  }

  /**
   * Not for other tiers than the standard one, for fast mode, for a region (a tenth more), nor for
   * what is written to the cache for an hour (platform.claude.com, "Pricing").
   */
  private static boolean listPrice(JsonNode usage) {
    Long hour = Json.integer(usage.path("cache_creation"), "ephemeral_1h_input_tokens");
    return STANDARD.containsAll(
            List.of(
                usage.path("service_tier").asText(""),
                usage.path("speed").asText(""),
                usage.path("inference_geo").asText("")))
        && (hour == null || hour == 0);
  }

  /** {@code input_tokens} leaves out what went to and came from the cache. */
  private static Usage usage(JsonNode usage) {
    Long fresh = Json.integer(usage, "input_tokens");
    Long written = Json.integer(usage, "cache_creation_input_tokens");
    Long read = Json.integer(usage, "cache_read_input_tokens");
    Long input =
        fresh == null
            ? null
            : (Long) (fresh + (written == null ? 0 : written) + (read == null ? 0 : read));
    return Usage.reported(
        input,
        read,
        written,
        Json.integer(usage, "output_tokens"),
        Json.integer(usage.path("output_tokens_details"), "thinking_tokens"));
  }
}
