package io.evalctl.llm;

import java.util.List;
import java.util.regex.Pattern;

/** OpenAI (platform.openai.com, API reference, "Create chat completion"). */
final class OpenAiCodec extends ChatCompletionsCodec {

  /** The first reasoning models take neither sampling parameters nor stop sequences. */
  private static final Pattern REASONING =
      Pattern.compile("o[134](-.*)?|gpt-5(-mini|-nano|-pro|-codex)?(-\\d{4}-\\d{2}-\\d{2})?");

  /** Later ones, from GPT-5.1 on, take no sampling parameters. */
  private static final Pattern LATER =
      Pattern.compile("gpt-5[.-]\\d{1,2}(?!\\d)([.-].*)?|gpt-([6-9]|1\\d)([.-].*)?");

  /** {@code ft:o4-mini-2025-04-16:org::id} is an o4-mini. */
  private static final Pattern FINE_TUNED = Pattern.compile("ft:([^:]+):.*");

  OpenAiCodec() {
    super(Provider.OPENAI);
  }

  @Override
  String maxTokensField() {
    return "max_completion_tokens";
  }

  @Override
  public List<String> refused(String model, ChatOptions options) {
    String base = FINE_TUNED.matcher(model).replaceFirst("$1");
    if (REASONING.matcher(base).matches()) {
      return List.of("temperature", "top_p", "stop");
    }
    return LATER.matcher(base).matches() ? List.of("temperature", "top_p") : List.of();
  }
}
