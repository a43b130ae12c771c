package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmSettingsTest {

  @Test
  void knowsWhereTheProvidersAre() {
    Map<String, String> keys =
        Map.of(
            "OPENAI_API_KEY", "k-openai",
            "ANTHROPIC_API_KEY", "k-anthropic",
            "GEMINI_API_KEY", "k-gemini",
            "XAI_API_KEY", "k-xai",
            "DEEPSEEK_API_KEY", "k-deepseek",
            "MISTRAL_API_KEY", " k-mistral\n");
    LlmSettings settings = LlmSettings.of(keys);
    assertThat(settings.endpoint(Provider.OPENAI).base()).hasToString("https://api.openai.com");
    assertThat(settings.endpoint(Provider.GOOGLE).apiKey()).isEqualTo("k-gemini");
    assertThat(settings.endpoint(Provider.MISTRAL).apiKey()).isEqualTo("k-mistral");
    for (Provider provider : Provider.hosted()) {
      assertThat(settings.hasKey(provider)).isTrue();
    }
    assertThat(settings.toString() + settings.endpoint(Provider.OPENAI)).doesNotContain("k-");
  }

  @Test
  void googlesOwnNameComesFirst() {
    LlmSettings settings = LlmSettings.of(Map.of("GOOGLE_API_KEY", "a", "GEMINI_API_KEY", "b"));
    assertThat(settings.endpoint(Provider.GOOGLE).apiKey()).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI_COMPATIBLE, http://localhost:8080, http://localhost:8080/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://localhost:8080/, http://localhost:8080/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://localhost:8080/v1//, http://localhost:8080/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://[::1]:8080/v1, http://[::1]:8080/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://h/v1beta/openai, http://h/v1beta/openai/chat/completions",
    "OPENAI_COMPATIBLE, http://h/v1beta/openai/, http://h/v1beta/openai/chat/completions",
    "OPENAI_COMPATIBLE, http://h/api/paas/v4, http://h/api/paas/v4/chat/completions",
    "OPENAI_COMPATIBLE, http://h/api/v3/, http://h/api/v3/chat/completions",
    "OPENAI_COMPATIBLE, http://h/v2, http://h/v2/chat/completions",
    "OPENAI_COMPATIBLE, http://h/openai/v1, http://h/openai/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://h/openai/chat/completions, http://h/openai/chat/completions",
    "OPENAI_COMPATIBLE, http://h/v1/chat/completions, http://h/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://h/v1/chat/completions/, http://h/v1/chat/completions/",
    "OPENAI_COMPATIBLE, http://h/deployments/d/chat/completions?api-version=1,"
        + " http://h/deployments/d/chat/completions?api-version=1",
    "OPENAI_COMPATIBLE, http://h/av1, http://h/av1/v1/chat/completions",
    "OPENAI_COMPATIBLE, http://h/video, http://h/video/v1/chat/completions",
    "OPENAI, https://gw.example/v4, https://gw.example/v4/chat/completions",
    "XAI, https://gw.example, https://gw.example/v1/chat/completions",
    "MISTRAL, https://gw.example/v1, https://gw.example/v1/chat/completions",
    "DEEPSEEK, https://gw.example, https://gw.example/chat/completions",
    "DEEPSEEK, https://gw.example/v1, https://gw.example/v1/chat/completions",
    "ANTHROPIC, https://gw.example/anthropic, https://gw.example/anthropic/v1/messages",
    "ANTHROPIC, https://gw.example/v1, https://gw.example/v1/messages",
    "ANTHROPIC, https://gw.example/v1/messages, https://gw.example/v1/messages",
    "GOOGLE, https://gw.example, https://gw.example/v1beta/models/m:generateContent",
    "GOOGLE, https://gw.example/v1beta, https://gw.example/v1beta/models/m:generateContent",
    "GOOGLE, https://gw.example/v1alpha/, https://gw.example/v1alpha/models/m:generateContent"
  })
  void aBaseUrlWithAVersionIsTakenAsItIs(Provider provider, String given, String asked) {
    LlmSettings settings =
        LlmSettings.of(Map.of(provider + "_API_KEY", "k", provider + "_BASE_URL", given));
    Endpoint endpoint = settings.endpoint(provider);
    ChatRequest request = ChatRequest.of(List.of(ChatMessage.user("hi")), ChatOptions.DEFAULT);
    ProviderCodec codec = ProviderCodec.of(provider);
    assertThat(codec.encode(endpoint, "m", request).uri()).hasToString(asked);
    String query = given.replaceFirst("^[^?]*", "");
    assertThat(codec.listModels(endpoint).uri().toString())
        .endsWith("/models" + query)
        .doesNotContain("completions", "messages")
        .startsWith(given.replaceAll("/(chat/completions|messages)?/*(\\?.*)?$", ""));
  }

  @Test
  void theFlagOverridesTheEnvironment() {
    LlmSettings settings =
        new LlmSettings(
            Map.of("OPENAI_API_KEY", "k", "OPENAI_BASE_URL", "http://a"),
            Path.of(""),
            "http://b/v1",
            null,
            null);
    assertThat(settings.endpoint(Provider.OPENAI).base()).hasToString("http://b/v1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080",
        "ftp://localhost",
        "http://",
        "http://user:secret@localhost",
        "http://localhost?key=secret",
        "http://localhost/v1?key=secret",
        "http://localhost/v1/chat/completions?key=secret#x",
        "http://localhost#x",
        "http://local host",
        "nonsense"
      })
  void refusesOtherBaseUrls(String given) {
    LlmSettings settings = new LlmSettings(Map.of(), Path.of(""), given, null, null);
    assertThatThrownBy(() -> settings.endpoint(Provider.OPENAI_COMPATIBLE))
        .asInstanceOf(type(LlmException.class))
        .satisfies(
            e -> {
              assertThat(e.error().code()).isEqualTo(LlmErrorCode.VALIDATION_ERROR);
              assertThat(e.error().toString()).doesNotContain("secret");
            });
  }

  @Test
  void saysWhichKeyIsMissing() {
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("GOOGLE_API_KEY", " "))) {
      assertThatThrownBy(() -> LlmSettings.of(environment).endpoint(Provider.GOOGLE))
          .asInstanceOf(type(LlmException.class))
          .satisfies(
              e -> {
                assertThat(e.error().code()).isEqualTo(LlmErrorCode.MISSING_API_KEY);
                assertThat(e.error().details()).isEqualTo("set GOOGLE_API_KEY or GEMINI_API_KEY");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-with space", "sk-with\nnewline", "sk-ümlaut", "sk-\u0000"})
  void refusesAKeyThatNoHeaderCanHold(String key) {
    assertThatThrownBy(() -> LlmSettings.of(Map.of("XAI_API_KEY", key)).endpoint(Provider.XAI))
        .asInstanceOf(type(LlmException.class))
        .satisfies(
            e -> {
              assertThat(e.error().code()).isEqualTo(LlmErrorCode.AUTH_ERROR);
              assertThat(e.error().toString()).doesNotContain(key);
            });
  }

  @Test
  void aCompatibleServerNeedsAnAddressButNoKey() {
    assertThatThrownBy(() -> LlmSettings.of(Map.of()).endpoint(Provider.OPENAI_COMPATIBLE))
        .asInstanceOf(type(LlmException.class))
        .extracting(e -> e.error().details())
        .isEqualTo("give --base-url or set OPENAI_COMPATIBLE_BASE_URL");
    assertThat(
            new LlmSettings(Map.of(), Path.of(""), "http://localhost:1", null, null)
                .endpoint(Provider.OPENAI_COMPATIBLE)
                .apiKey())
        .isNull();
  }
}
