package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {

  @ParameterizedTest
  @CsvSource({
    "openai:gpt-4o, OPENAI, gpt-4o",
    "openai-compatible:llama3.2:3b, OPENAI_COMPATIBLE, llama3.2:3b",
    "openai-compatible:claude-x, OPENAI_COMPATIBLE, claude-x",
    "mock:replies/a.json, MOCK, replies/a.json",
    "gpt-4o-mini, OPENAI, gpt-4o-mini",
    "chatgpt-4o-latest, OPENAI, chatgpt-4o-latest",
    "o1, OPENAI, o1",
    "o3-mini, OPENAI, o3-mini",
    "ft:gpt-4o-mini:acme::abc, OPENAI, ft:gpt-4o-mini:acme::abc",
    "claude-sonnet-4-5, ANTHROPIC, claude-sonnet-4-5",
    "gemini-2.5-flash, GOOGLE, gemini-2.5-flash",
    "google:models/gemini-2.5-pro, GOOGLE, gemini-2.5-pro",
    "models/gemini-2.5-pro, GOOGLE, gemini-2.5-pro",
    "google:models/, GOOGLE, models/",
    "google:tunedModels/mine-1, GOOGLE, tunedModels/mine-1",
    "openai-compatible:models/gemini-2.5-pro, OPENAI_COMPATIBLE, models/gemini-2.5-pro",
    "grok-4, XAI, grok-4",
    "deepseek-chat, DEEPSEEK, deepseek-chat",
    "ministral-8b-latest, MISTRAL, ministral-8b-latest",
    "open-mixtral-8x22b, MISTRAL, open-mixtral-8x22b"
  })
  void resolves(String text, Provider provider, String model) {
    assertThat(ModelId.parse(text)).isEqualTo(new ModelId(provider, model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-nevada",
        "models/llama-nevada",
        "my-gpt-4o",
        "o17",
        "o1x",
        "gpt4",
        "nobody:gpt-4o",
        "openai:",
        ":gpt-4o",
        "openai: ",
        "OPENAI:gpt-4o",
        "",
        " "
      })
  void refuses(String text) {
    assertThatThrownBy(() -> ModelId.parse(text))
        .isInstanceOfSatisfying(
            LlmException.class,
            e -> {
              assertThat(e.error().code()).isEqualTo(LlmErrorCode.UNSUPPORTED_PROVIDER);
              assertThat(e.error().details()).contains("openai-compatible");
            });
  }

  @Test
  void isWrittenAsItIsRead() {
    ModelId id = new ModelId(Provider.OPENAI_COMPATIBLE, "llama3:8b");
    assertThat(ModelId.parse(id.toString())).isEqualTo(id);
  }
}
