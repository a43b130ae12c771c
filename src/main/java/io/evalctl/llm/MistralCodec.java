package io.evalctl.llm;

/** Mistral (docs.mistral.ai, API, "Chat Completion"), which refuses fields it does not know. */
final class MistralCodec extends ChatCompletionsCodec {

  MistralCodec() {
    super(Provider.MISTRAL);
  }

  @Override
  String maxTokensField() {
    return "max_tokens";
  }

  @Override
  String seedField() {
    return "random_seed";
  }
}
