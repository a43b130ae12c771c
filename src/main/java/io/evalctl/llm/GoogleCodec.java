package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Google's Gemini API (ai.google.dev, API reference, {@code models.generateContent}). */
final class GoogleCodec implements ProviderCodec {

  /** Marks ids that were made here because the call came without one; they are not sent. */
  private static final String OWN_ID = "#";

  private static final Set<String> STANDARD_TIERS =
      Set.of("", "null", "standard", "service_tier_unspecified", "unspecified");

  /** Models of a user's own are not below {@code /models}. */
  private static final String TUNED = "tunedModels/";

  /** Finish reasons after which what was generated is no whole answer, and no filter's doing. */
  private static final Set<String> BROKEN_OFF =
      Set.of(
          "OTHER",
          "MALFORMED_FUNCTION_CALL",
          "MALFORMED_RESPONSE",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MISSING_THOUGHT_SIGNATURE",
          "IMAGE_OTHER",
          "NO_IMAGE");

  @Override
  public List<String> refused(String model, ChatOptions options) {
    return List.of();
  }

  @Override
  public HttpCall encode(Endpoint endpoint, String model, ChatRequest request) {
    ObjectNode body = Json.object();
    ArrayNode contents = body.putArray("contents");
    ArrayNode system = Json.object().arrayNode();
    for (ChatMessage message : request.messages()) {
      if (message.role() == ChatRole.SYSTEM) {
        system.addObject().put("text", message.text());
      } else {
        addContent(contents, message);
      }
    }
    if (!system.isEmpty()) {
      body.putObject("systemInstruction").set("parts", system);
    }
    ObjectNode config = config(request.options());
    if (!config.isEmpty()) {
      body.set("generationConfig", config);
    }
    if (!request.tools().isEmpty()) {
      ArrayNode functions = body.putArray("tools").addObject().putArray("functionDeclarations");
      for (ToolDefinition tool : request.tools()) {
        functions
            .addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("parametersJsonSchema", tool.parameters());
      }
    }
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    String path = model.startsWith(TUNED) ? "/" + name.replace("%2F", "/") : "/models/" + name;
    return new HttpCall(
        "POST",
        endpoint.resolve("/v1beta", path + ":generateContent"),
        headers(endpoint),
        Json.write(body));
  }

  @Override
  public HttpCall listModels(Endpoint endpoint) {
    return new HttpCall("GET", endpoint.resolve("/v1beta", "/models"), headers(endpoint), null);
  }

  private static Map<String, String> headers(Endpoint endpoint) {
    return Map.of(
        "Content-Type", "application/json",
        "Accept", "application/json",
        "x-goog-api-key", endpoint.apiKey());
  }

  private static ObjectNode config(ChatOptions options) {
    ObjectNode config = Json.object();
    if (options.temperature() != null) {
      config.put("temperature", options.temperature());
    }
    if (options.topP() != null) {
      config.put("topP", options.topP());
    }
    if (options.maxTokens() != null) {
      config.put("maxOutputTokens", options.maxTokens());
    }
    if (!options.stopSequences().isEmpty()) {
      ArrayNode stop = config.putArray("stopSequences");
      options.stopSequences().forEach(stop::add);
    }
    if (options.seed() != null) {
      config.put("seed", options.seed());
    }
    return config;
  }

  private static void addContent(ArrayNode contents, ChatMessage message) {
    ObjectNode node = contents.addObject();
    node.put("role", message.role() == ChatRole.ASSISTANT ? "model" : "user");
    ArrayNode parts = node.putArray("parts");
    for (ChatContent part : message.content()) {
      if (part instanceof ChatContent.Text text) {
        parts.addObject().put("text", text.text());
      } else if (part instanceof ChatContent.ToolCall call) {
        ObjectNode holder = parts.addObject();
        ObjectNode function = holder.putObject("functionCall");
        putId(function, call.id());
        function.put("name", call.name());
        function.set("args", call.arguments().isObject() ? call.arguments() : Json.object());
        if (call.signature() != null) {
          holder.put("thoughtSignature", call.signature());
        }
      } else if (part instanceof ChatContent.ToolResult result) {
        ObjectNode function = parts.addObject().putObject("functionResponse");
        putId(function, result.callId());
        function.put("name", result.name());
        function.putObject("response").put(result.failed() ? "error" : "output", result.text());
      }
    }
  }

  private static void putId(ObjectNode function, String id) {
    if (!id.startsWith(OWN_ID)) {
      function.put("id", id);
    }
  }

  @Override
  public DecodedReply decode(JsonNode body) {
    JsonNode candidate = body.path("candidates").path(0);
    String blocked = Json.string(body.path("promptFeedback"), "blockReason");
    if (!candidate.isObject() && blocked == null) {
      throw new LlmException(LlmErrorCode.INVALID_RESPONSE, "the answer has no candidates");
    }
    List<ChatContent> content = new ArrayList<>();
    boolean calls = false;
    for (JsonNode part : candidate.path("content").path("parts")) {
      String text = Json.string(part, "text");
      JsonNode call = part.path("functionCall");
      if (call.isObject()) {
        String id = Json.string(call, "id");
        content.add(
            new ChatContent.ToolCall(
                id == null ? OWN_ID + content.size() : id,
                call.path("name").asText(""),
                call.path("args").isObject() ? call.path("args") : Json.object(),
                Json.string(part, "thoughtSignature")));
        calls = true;
      } else if (text != null && part.path("thought").asBoolean(false)) {
        content.add(new ChatContent.Reasoning(Provider.GOOGLE, text, null));
      } else if (text != null) {
        content.add(new ChatContent.Text(text));
      }
    }
    String raw = Json.string(candidate, "finishReason");
    return new DecodedReply(
        content,
        calls ? StopReason.TOOL_USE : stopReason(raw),
        raw,
        usage(body.path("usageMetadata"))
            .atListPrice(
                STANDARD_TIERS.contains(
                    body.path("usageMetadata")
                        .path("serviceTier")
                        .asText("")
                        .toLowerCase(Locale.ROOT))),
        Json.string(body, "modelVersion"),
        Json.string(body, "responseId"),
        blocked == null ? null : "the prompt was blocked: " + blocked,
        raw != null && BROKEN_OFF.contains(raw)
            ? ErrorBody.of(Json.string(candidate, "finishMessage"), null)
            : null);
  }

  /** Every event is an answer of its own, with the parts that are new; what counts comes last. */
  @Override
  public JsonNode assemble(EventStream stream) {
    ObjectNode body = Json.object();
    ObjectNode candidate = Json.object();
    ArrayNode parts = Json.array();
    for (JsonNode event : stream.events()) {
      if (event instanceof ObjectNode fields) {
        body.setAll(fields);
      }
      if (event.path("candidates").path(0) instanceof ObjectNode fields) {
        candidate.setAll(fields);
        fields.path("content").path("parts").forEach(parts::add);
      }
    }
    if (!candidate.isEmpty()) {
      candidate.putObject("content").set("parts", parts);
      body.putArray("candidates").add(candidate);
    }
    boolean blocked = Json.string(body.path("promptFeedback"), "blockReason") != null;
    return blocked || Json.string(candidate, "finishReason") != null ? body : null;
  }

  private static StopReason stopReason(String raw) {
    return switch (raw == null ? "" : raw) {
      case "STOP" -> StopReason.STOP;
      case "MAX_TOKENS" -> StopReason.MAX_TOKENS;
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          StopReason.CONTENT_FILTER;
      default -> StopReason.OTHER;
    };
  }

  /**
   * {@code candidatesTokenCount} leaves the thoughts out, {@code promptTokenCount} what Google's
   * own tools read.
   */
  private static Usage usage(JsonNode usage) {
    Long answer = Json.integer(usage, "candidatesTokenCount");
    Long thoughts = Json.integer(usage, "thoughtsTokenCount");
    Long output =
        answer == null && thoughts == null
            ? null
            : (Long) ((answer == null ? 0 : answer) + (thoughts == null ? 0 : thoughts));
    Long prompt = Json.integer(usage, "promptTokenCount");
    Long tools = Json.integer(usage, "toolUsePromptTokenCount");
    return Usage.reported(
        prompt == null || tools == null ? prompt : (Long) (prompt + tools),
        Json.integer(usage, "cachedContentTokenCount"),
        null,
        output,
        thoughts);
  }
}
