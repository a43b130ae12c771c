package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the providers share that follow OpenAI's chat completions (platform.openai.com, API
 * reference, "Create chat completion"); each says in its own class where it differs.
 */
abstract class ChatCompletionsCodec implements ProviderCodec {
  private static final int BAD_GATEWAY = 502;
  private static final Pattern FAILED =
      Pattern.compile(
          "error|fail|^insufficient_|^abort|^cancel|^timeout|^overloaded",
          Pattern.CASE_INSENSITIVE);

  /** Others (flex, priority, scale) have prices of their own. */
  private static final Set<String> STANDARD_TIERS =
      Set.of("", "null", "auto", "default", "standard", "on_demand");

  private final Provider provider;

  ChatCompletionsCodec(Provider provider) {
    this.provider = provider;
  }

  /** What stands between a base URL without a version and {@code /chat/completions}. */
  String version() {
    return "/v1";
  }

  abstract String maxTokensField();

  /** The field for a seed, or null when there is none. */
  String seedField() {
    return "seed";
  }

  /** Whether reasoning goes back to the model beside the tool calls it led to. */
  boolean returnsReasoning() {
    return false;
  }

  Usage usage(JsonNode usage) {
    return Usage.reported(
        Json.integer(usage, "prompt_tokens"),
        Json.integer(usage.path("prompt_tokens_details"), "cached_tokens"),
        Json.integer(usage.path("prompt_tokens_details"), "cache_write_tokens"),
        Json.integer(usage, "completion_tokens"),
        Json.integer(usage.path("completion_tokens_details"), "reasoning_tokens"));
  }

  @Override
  public List<String> refused(String model, ChatOptions options) {
    return seedField() == null ? List.of("seed") : List.of();
  }

  @Override
  public HttpCall encode(Endpoint endpoint, String model, ChatRequest request) {
    ObjectNode body = Json.object();
    body.put("model", model);
    ArrayNode messages = body.putArray("messages");
    request.messages().forEach(message -> addMessage(messages, message));
    ChatOptions options = request.options();
    if (options.temperature() != null) {
      body.put("temperature", options.temperature());
    }
    if (options.topP() != null) {
      body.put("top_p", options.topP());
    }
    if (options.maxTokens() != null) {
      body.put(maxTokensField(), options.maxTokens());
    }
    if (!options.stopSequences().isEmpty()) {
      ArrayNode stop = body.putArray("stop");
      options.stopSequences().forEach(stop::add);
    }
    if (options.seed() != null && seedField() != null) {
      body.put(seedField(), options.seed());
    }
    if (!request.tools().isEmpty()) {
      ArrayNode tools = body.putArray("tools");
      for (ToolDefinition tool : request.tools()) {
        ObjectNode function = tools.addObject().put("type", "function").putObject("function");
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.set("parameters", tool.parameters());
      }
    }
    return new HttpCall(
        "POST",
        endpoint.resolve(version(), "/chat/completions"),
        headers(endpoint),
        Json.write(body));
  }

  @Override
  public HttpCall listModels(Endpoint endpoint) {
    return new HttpCall("GET", endpoint.resolve(version(), "/models"), headers(endpoint), null);
  }

  private static Map<String, String> headers(Endpoint endpoint) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json");
    if (endpoint.apiKey() != null) {
      headers.put("Authorization", "Bearer " + endpoint.apiKey());
    }
    return headers;
  }

  private void addMessage(ArrayNode messages, ChatMessage message) {
    if (message.role() == ChatRole.TOOL) {
      for (ChatContent part : message.content()) {
        ChatContent.ToolResult result = (ChatContent.ToolResult) part;
        messages
            .addObject()
            .put("role", "tool")
            .put("tool_call_id", result.callId())
            .put("content", result.text());
      }
      return;
    }
    ObjectNode node = messages.addObject().put("role", message.role().label());
    List<ChatContent.ToolCall> calls = new ArrayList<>();
    StringBuilder reasoning = new StringBuilder();
    for (ChatContent part : message.content()) {
      if (part instanceof ChatContent.ToolCall call) {
        calls.add(call);
      } else if (part instanceof ChatContent.Reasoning thought && thought.provider() == provider) {
        reasoning.append(thought.text());
      }
    }
    String text = message.text();
    node.put("content", text.isEmpty() && !calls.isEmpty() ? null : text);
    if (calls.isEmpty()) {
      return;
    }
    if (returnsReasoning() && !reasoning.isEmpty()) {
      node.put("reasoning_content", reasoning.toString());
    }
    ArrayNode array = node.putArray("tool_calls");
    for (ChatContent.ToolCall call : calls) {
      array
          .addObject()
          .put("id", call.id())
          .put("type", "function")
          .putObject("function")
          .put("name", call.name())
          .put(
              "arguments",
              call.arguments().isTextual()
                  ? call.arguments().textValue()
                  : Json.text(call.arguments()));
    }
  }

  @Override
  public DecodedReply decode(JsonNode body) {
    JsonNode choice = body.path("choices").path(0);
    JsonNode message = choice.path("message");
    String raw = Json.string(choice, "finish_reason");
    ErrorBody failure = failure(choice, raw);
    if (failure != null) {
      return DecodedReply.broken(raw, failure);
    }
    if (!message.isObject()) {
      throw new LlmException(LlmErrorCode.INVALID_RESPONSE, "the answer has no choices[0].message");
    }
    List<ChatContent> content = new ArrayList<>();
    for (String field : List.of("reasoning_content", "reasoning")) {
      String thought = Json.string(message, field);
      if (thought != null && !thought.isEmpty() && content.isEmpty()) {
        content.add(new ChatContent.Reasoning(provider, thought, null));
      }
    }
    addText(content, message.path("content"));
    String refusal = Json.string(message, "refusal");
    boolean refused = refusal != null && !refusal.isEmpty();
    if (refused) {
      content.add(new ChatContent.Text(refusal));
    }
    int index = 0;
    for (JsonNode call : message.path("tool_calls")) {
      content.add(toolCall(call, index++));
    }
    return new DecodedReply(
        content,
        refused ? StopReason.REFUSAL : stopReason(raw),
        raw,
        usage(body.path("usage"))
            .atListPrice(STANDARD_TIERS.contains(body.path("service_tier").asText(""))),
        Json.string(body, "model"),
        Json.string(body, "id"),
        null,
        null);
  }

  @Override
  public JsonNode assemble(EventStream stream) {
    ChatChunks chunks = new ChatChunks();
    stream.events().forEach(chunks::add);
    return stream.done() || chunks.finished() ? chunks.body() : null;
  }

  /**
   * A gateway that loses its upstream after it has sent a 200 says so in the choice: an error
   * object, or only a finish reason ({@code error} of Mistral, OpenRouter and vLLM, {@code
   * insufficient_system_resource} of DeepSeek, {@code network_error} of Zhipu, {@code abort} of
   * SGLang).
   */
  private static ErrorBody failure(JsonNode choice, String finishReason) {
    for (JsonNode holder : List.of(choice, choice.path("message"))) {
      if (ErrorBody.isError(holder)) {
        return ErrorBody.read(holder).orStatus(BAD_GATEWAY);
      }
    }
    String reason = finishReason == null ? "" : finishReason;
    // The model's own fault, as Google's endpoint for OpenAI's clients tells it.
    return reason.toUpperCase(Locale.ROOT).contains("MALFORMED")
        ? ErrorBody.of(null, null)
        : meansFailure(reason) ? ErrorBody.of(null, BAD_GATEWAY) : null;
  }

  static boolean meansFailure(String finishReason) {
    return FAILED.matcher(finishReason).find();
  }

  /** A string, or an array of chunks of which some are text and some are thoughts. */
  private void addText(List<ChatContent> content, JsonNode value) {
    if (value.isTextual() && !value.textValue().isEmpty()) {
      content.add(new ChatContent.Text(value.textValue()));
    }
    if (!value.isArray()) {
      return;
    }
    for (JsonNode chunk : value) {
      String text = Json.string(chunk, "text");
      if ("text".equals(Json.string(chunk, "type")) && text != null) {
        content.add(new ChatContent.Text(text));
      } else if ("thinking".equals(Json.string(chunk, "type"))) {
        StringBuilder thought = new StringBuilder();
        chunk.path("thinking").forEach(part -> thought.append(part.path("text").asText("")));
        content.add(new ChatContent.Reasoning(provider, thought.toString(), null));
      }
    }
  }

  private static ChatContent.ToolCall toolCall(JsonNode call, int index) {
    JsonNode function = call.path("function");
    String name = Json.string(function, "name");
    if (name == null) {
      throw new LlmException(
          LlmErrorCode.INVALID_RESPONSE, "tool call %d of the answer has no name".formatted(index));
    }
    String id = Json.string(call, "id");
    return new ChatContent.ToolCall(
        id == null ? "call_" + index : id, name, arguments(function.path("arguments")), null);
  }

  private static JsonNode arguments(JsonNode value) {
    if (value.isObject()) {
      return value;
    }
    String text = value.isTextual() ? value.textValue() : "";
    if (text.isBlank()) {
      return Json.object();
    }
    try {
      JsonNode parsed = Json.read(text);
      return parsed.isObject() ? parsed : JsonNodeFactory.instance.textNode(text);
    } catch (IOException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  private static StopReason stopReason(String raw) {
    // "content_filter: RECITATION" of Google, "sensitive" of Zhipu.
    return switch (raw == null ? "" : raw.replaceFirst("^content_filter: .*", "content_filter")) {
      case "stop", "eos", "end_turn" -> StopReason.STOP;
      case "length", "model_length", "max_tokens", "model_context_window_exceeded" ->
          StopReason.MAX_TOKENS;
      case "content_filter", "sensitive" -> StopReason.CONTENT_FILTER;
      case "tool_calls", "function_call" -> StopReason.TOOL_USE;
      default -> StopReason.OTHER;
    };
  }
}
