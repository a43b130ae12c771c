package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.util.List;
import java.util.regex.Pattern;

/** xAI (docs.x.ai, REST API reference, "Chat completions"). */
final class XaiCodec extends ChatCompletionsCodec {

  /** Reasoning models take no stop sequences (docs.x.ai, "Reasoning"). */
  private static final Pattern REASONING =
      Pattern.compile("(?!.*non-reasoning)grok-(([4-9]|\\d{2,})|3-mini|code)([.-].*)?");

  XaiCodec() {
    super(Provider.XAI);
  }

  @Override
  String maxTokensField() {
    return "max_completion_tokens";
  }

  @Override
  public List<String> refused(String model, ChatOptions options) {
    return REASONING.matcher(model).matches() ? List.of("stop") : List.of();
  }

  /**
   * {@code completion_tokens} leaves the reasoning out. A gateway may have put it in: the total
   * tells.
   */
  @Override
  Usage usage(JsonNode usage) {
    Long input = Json.integer(usage, "prompt_tokens");
    Long visible = Json.integer(usage, "completion_tokens");
    Long total = Json.integer(usage, "total_tokens");
    Long reasoning = Json.integer(usage.path("completion_tokens_details"), "reasoning_tokens");
    boolean included =
        input != null && visible != null && total != null && total == input + visible;
    Long output =
        visible == null || reasoning == null || included ? visible : (Long) (visible + reasoning);
    return Usage.reported(
        input,
        Json.integer(usage.path("prompt_tokens_details"), "cached_tokens"),
        Json.integer(usage.path("prompt_tokens_details"), "cache_write_tokens"),
        output,
        reasoning);
  }
}
