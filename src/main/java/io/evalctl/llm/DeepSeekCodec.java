package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;

/**
 * DeepSeek (api-docs.deepseek.com, "Create Chat Completion"). Blank lines, which keep the
 * connection alive, may come before the JSON; a JSON reader passes over them.
 */
final class DeepSeekCodec extends ChatCompletionsCodec {

  DeepSeekCodec() {
    super(Provider.DEEPSEEK);
  }

  @Override
  String version() {
    return "";
  }

  @Override
  String maxTokensField() {
    return "max_tokens";
  }

  @Override
  String seedField() {
    return null;
  }

  @Override
  boolean returnsReasoning() {
    return true;
  }

  @Override
  Usage usage(JsonNode usage) {
    Long hit = Json.integer(usage, "prompt_cache_hit_tokens");
    Long miss = Json.integer(usage, "prompt_cache_miss_tokens");
    Long input = Json.integer(usage, "prompt_tokens");
    return Usage.reported(
        hit != null && miss != null ? (Long) (hit + miss) : input,
        hit,
        null,
        Json.integer(usage, "completion_tokens"),
        Json.integer(usage.path("completion_tokens_details"), "reasoning_tokens"));
  }
}
