package io.evalctl.llm;

/** Servers that follow OpenAI; the older name for the token limit is the one they all know. */
final class OpenAiCompatibleCodec extends ChatCompletionsCodec {

  OpenAiCompatibleCodec() {
    super(Provider.OPENAI_COMPATIBLE);
  }

  @Override
  String maxTokensField() {
    return "max_tokens";
  }
}
