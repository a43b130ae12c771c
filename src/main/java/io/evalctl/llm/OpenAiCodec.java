package io.evalctl.llm;

import java.util.List;
import java.util.regex.Pattern;

/** OpenAI (platform.openai.com, API reference, "Create chat completion"). */
final class OpenAiCodec extends ChatCompletionsCodec {

  /**
   * Reasoning models that never take sampling parameters; later ones take them at some reasoning
   * efforts, and say so themselves when they do not.
   */
  private static final Pattern REASONING =
      Pattern.compile("o[134](-.*)?|gpt-5(-mini|-nano|-pro|-codex)?(-\\d{4}-\\d{2}-\\d{2})?");

  OpenAiCodec() {
    super(Provider.OPENAI);
  }

  @Override
  String maxTokensField() {
    return "max_completion_tokens";
  }

  @Override
  public List<String> refused(String model, ChatOptions options) {
    return REASONING.matcher(model).matches() ? List.of("temperature", "top_p", "stop") : List.of();
  }
}
