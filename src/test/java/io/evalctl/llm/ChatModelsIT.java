package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Models over HTTP against a server that plays the providers; the clock moves only by waits. */
@Timeout(60)
class ChatModelsIT {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final ChatRequest HELLO =
      ChatRequest.of(
          List.of(ChatMessage.user("Say hello.")), new ChatOptions(0.5, null, 20, List.of(), null));

  private final ManualTime time = new ManualTime();
  private final ProviderServer server = new ProviderServer();
  private final ChatModels models = models(server.url());

  @AfterEach
  void close() {
    models.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MOCK")
  void everyProviderAnswers(Provider provider) {
    server.then(ProviderServer.json(200, hello(provider)));
    ChatResponse response = ask(provider);
    assertThat(response.text()).isEqualTo("Hello there");
    assertThat(response.stopReason()).isEqualTo(StopReason.STOP);
    assertThat(response.usage().input()).isEqualTo(new TokenCount(9, TokenOrigin.REPORTED));
    assertThat(response.usage().output()).isEqualTo(new TokenCount(3, TokenOrigin.REPORTED));
    assertThat(response.attempts()).isEqualTo(1);
    ProviderServer.Asked asked = server.asked().get(0);
    assertThat(asked.headers().toString()).contains(KEY);
    assertThat(asked.path() + asked.body()).doesNotContain(KEY);
    assertThat(asked.headers()).containsEntry("content-type", "application/json");
  }

  @ParameterizedTest
  @CsvSource({
    "400, VALIDATION_ERROR, false, 1",
    "401, AUTH_ERROR, false, 1",
    "402, QUOTA_EXCEEDED, false, 1",
    "403, AUTH_ERROR, false, 1",
    "404, NOT_FOUND, false, 1",
    "408, SERVER_ERROR, true, 5",
    "409, SERVER_ERROR, true, 5",
    "413, VALIDATION_ERROR, false, 1",
    "422, VALIDATION_ERROR, false, 1",
    "500, SERVER_ERROR, true, 5",
    "502, SERVER_ERROR, true, 5",
    "503, SERVER_ERROR, true, 5",
    "529, SERVER_ERROR, true, 5",
    "302, NOT_FOUND, false, 1",
    "405, UNKNOWN, false, 1"
  })
  void everyStatusOfEveryProviderHasItsCode(
      int status, LlmErrorCode code, boolean retryable, int attempts) {
    for (Provider provider : Provider.values()) {
      if (provider == Provider.MOCK) {
        continue;
      }
      for (String body :
          List.of(error(provider), "<html>" + status + "</html>", "", "[]", "null", "7")) {
        int before = server.asked().size();
        server.always(
            ProviderServer.raw(status, "text/plain", body.getBytes(StandardCharsets.UTF_8)));
        LlmError error = refusal(provider);
        assertThat(error.code()).as("%s %s", provider, body).isEqualTo(code);
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.retryable()).isEqualTo(retryable);
        int asked = server.asked().size() - before;
        assertThat(error.attempts()).isEqualTo(asked);
        if (code == LlmErrorCode.RATE_LIMIT) {
          assertThat(asked).as("as long as its deadline lasts").isGreaterThan(attempts);
        } else {
          assertThat(asked).isEqualTo(attempts);
        }
      }
    }
  }

  /** The retries are for faults; throttling is waited for. */
  @Test
  void whatIsThrottledIsAskedAgainUntilTheDeadline() {
    server.always(ProviderServer.json(429, error(Provider.OPENAI)));
    LlmError error = refusal(Provider.OPENAI);
    assertThat(error.code()).isEqualTo(LlmErrorCode.RATE_LIMIT);
    assertThat(error.retryable()).isTrue();
    assertThat(error.attempts()).isGreaterThan(1 + RetryingChatModel.MAX_RETRIES);
    assertThat(server.asked()).hasSize(error.attempts());
  }

  @Test
  void aGoodAnswerEndsTheRetries() {
    server.then(ProviderServer.json(503, "{}", "Retry-After", "3"));
    server.then(ProviderServer.json(500, "{}", "retry-after-ms", "250"));
    ChatResponse response = ask(Provider.OPENAI);
    assertThat(response.attempts()).isEqualTo(3);
    assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(3), Duration.ofMillis(250));
  }

  @Test
  void theProvidersWordOnRetryingCounts() {
    server.always(ProviderServer.json(500, "{}", "x-should-retry", "false"));
    LlmError error = refusal(Provider.OPENAI);
    assertThat(error.attempts()).isEqualTo(1);
    assertThat(error.retryable()).isFalse();
    server.then(ProviderServer.json(400, "{}", "x-should-retry", "true", "retry-after", "1"));
    server.always(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    assertThat(ask(Provider.OPENAI).attempts()).isEqualTo(2);
    server.always(
        ProviderServer.json(
            429, "{\"error\":{\"code\":\"insufficient_quota\"}}", "x-should-retry", "true"));
    assertThat(refusal(Provider.OPENAI).attempts()).isEqualTo(1);
  }

  @Test
  void theFinalErrorSaysWhenToTryAgain() {
    server.always(ProviderServer.json(429, error(Provider.ANTHROPIC), "retry-after", "900"));
    LlmError error = refusal(Provider.ANTHROPIC);
    assertThat(error.code()).isEqualTo(LlmErrorCode.RATE_LIMIT);
    assertThat(error.retryAfterMs()).isEqualTo(900_000);
    assertThat(error.attempts()).isEqualTo(1);
    assertThat(error.details()).isEqualTo("something is wrong");
    // And the provider's other models wait with it, while another provider's do not.
    assertThat(refusal("anthropic:another").attempts()).isZero();
    server.always(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    assertThat(ask(Provider.OPENAI).text()).isEqualTo("Hello there");
  }

  @Test
  void aRefusedParameterIsLeftOutOnce() {
    server.then(
        ProviderServer.json(
            400,
            "{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support"
                + " 0.5\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}"));
    ChatResponse response = ask(Provider.OPENAI);
    assertThat(response.droppedParameters()).containsExactly("temperature");
    assertThat(response.attempts()).isEqualTo(2);
    assertThat(server.asked().get(0).body()).contains("temperature");
    assertThat(server.asked().get(1).body()).doesNotContain("temperature");
  }

  @Test
  void answersThatAreNoAnswersAreInvalid() {
    for (String body :
        List.of(
            "<html><body>It works!</body></html>",
            "{\"choices\":[{\"message\":{\"content\":\"cut",
            "{\"choices\":[{\"message\":{\"content\":NaN}}]}",
            "{\"choices\":[]}",
            "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"content_filter\"}]}",
            "{\"choices\":[{\"message\":{\"content\":\"  \"},\"finish_reason\":\"length\"}]}",
            "{\"error\":{\"message\":\"nope\"}}",
            "{} {}",
            "[]",
            "null",
            "[".repeat(100_000))) {
      server.then(ProviderServer.raw(200, "text/html", body.getBytes(StandardCharsets.UTF_8)));
      LlmError error = refusal(Provider.OPENAI);
      assertThat(error.code()).as(body).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
      assertThat(error.retryable()).isFalse();
      assertThat(error.statusCode()).isEqualTo(200);
      assertThat(error.attempts()).isEqualTo(1);
    }
  }

  @Test
  void aBlockedPromptSaysWhy() {
    server.then(ProviderServer.json(200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}"));
    LlmError error = refusal(Provider.GOOGLE);
    assertThat(error.code()).isEqualTo(LlmErrorCode.INVALID_RESPONSE);
    assertThat(error.message()).isEqualTo("the prompt was blocked: SAFETY");
    server.then(
        ProviderServer.json(200, "{\"candidates\":[{\"finishReason\":\"PROHIBITED_CONTENT\"}]}"));
    assertThat(refusal(Provider.GOOGLE).message()).contains("PROHIBITED_CONTENT");
  }

  @Test
  void anErrorWithASuccessStatusIsAnError() {
    server.then(
        ProviderServer.json(
            200, "{\"error\":{\"message\":\"Provider returned error\",\"code\":402}}"));
    LlmError error = refusal(Provider.OPENAI_COMPATIBLE);
    assertThat(error.code()).isEqualTo(LlmErrorCode.QUOTA_EXCEEDED);
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.details()).isEqualTo("Provider returned error");
  }

  @Test
  void aBodyWithoutALengthThatIsCutShortIsANetworkError() throws Exception {
    for (String body : List.of("{\"choices\":[{\"mess", "")) {
      try (RawServer cut =
              RawServer.text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body);
          ChatModels there = models(cut.url())) {
        assertThatThrownBy(() -> there.model(id(Provider.OPENAI)).complete(HELLO, deadline()))
            .asInstanceOf(type(LlmException.class))
            .satisfies(
                e -> {
                  assertThat(e.error().code()).isEqualTo(LlmErrorCode.NETWORK_ERROR);
                  assertThat(e.error().attempts()).isEqualTo(5);
                });
      }
    }
  }

  @Test
  void usageThatIsNotReportedIsCountedOrEstimated() {
    String body =
        "{\"choices\":[{\"message\":{\"content\":\"Hello there\"},\"finish_reason\":\"stop\"}]}";
    server.always(ProviderServer.json(200, body));
    assertThat(ask(Provider.OPENAI).usage().output())
        .isEqualTo(new TokenCount(2, TokenOrigin.COUNTED));
    assertThat(ask(Provider.MISTRAL).usage().output())
        .isEqualTo(new TokenCount(3, TokenOrigin.ESTIMATED));
  }

  @Test
  void noKeyComesBackOut() {
    for (Provider provider : Provider.values()) {
      if (provider == Provider.MOCK) {
        continue;
      }
      server.then(
          ProviderServer.json(
              401, "{\"error\":{\"message\":\"bad key " + KEY + "\",\"param\":\"x\"}}"));
      assertThat(refusal(provider).toString()).contains("[redacted]").doesNotContain(KEY);
      server.then(
          ProviderServer.raw(500, "text/html", ("<b>" + KEY).getBytes(StandardCharsets.UTF_8)));
      server.then(ProviderServer.json(401, "{\"detail\":\"" + KEY + "\"}"));
      assertThat(refusal(provider).toString()).doesNotContain(KEY);
      server.then(ProviderServer.json(200, hello(provider).replace("Hello there", "key: " + KEY)));
      assertThat(ask(provider).toString()).contains("key: [redacted]").doesNotContain(KEY);
      // An escaped slash, as some servers write it, hides nothing.
      server.then(
          ProviderServer.json(
              200, hello(provider).replace("Hello", "sk-very\\u002dsecret-0123456789")));
      assertThat(ask(provider).toString()).doesNotContain(KEY);
    }
  }

  @Test
  void halfASurrogatePairInAnAnswerIsMended() {
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello", "\\ud83d")));
    assertThat(ask(Provider.OPENAI).text()).isEqualTo("\uFFFD there");
  }

  @Test
  void aModelWithoutAKeyIsNotCalled() {
    try (ChatModels keyless =
        new ChatModels(LlmSettings.of(Map.of()), time, new Random(1), CallListener.NONE)) {
      for (Provider provider : Provider.hosted()) {
        assertThatThrownBy(() -> keyless.model(id(provider)))
            .asInstanceOf(type(LlmException.class))
            .extracting(e -> e.error().code())
            .isEqualTo(LlmErrorCode.MISSING_API_KEY);
      }
    }
  }

  @Test
  void providersWithAKeyCanBeAskedWhetherTheyAreThere() {
    Map<String, String> environment = new HashMap<>(environment(server.url()));
    environment.put("XAI_BASE_URL", "http://127.0.0.1:1");
    environment.remove("MISTRAL_API_KEY");
    server.always(
        (exchange, asked) ->
            ProviderServer.json(
                    asked.path().startsWith("/v1beta")
                        ? 403
                        : asked.path().equals("/models") ? 302 : 200,
                    "{}",
                    "Location",
                    "https://login.example/sso?token=s3cret")
                .to(exchange, asked));
    assertThat(
            new Reachability(LlmSettings.of(environment))
                .ask(Duration.ofSeconds(20), io.evalctl.clock.TimeSource.system()))
        .containsExactly(
            new Reachability.Answer(Provider.OPENAI, true, null),
            new Reachability.Answer(Provider.ANTHROPIC, true, null),
            new Reachability.Answer(
                Provider.GOOGLE, true, "answered HTTP 403 at " + server.url() + "/v1beta/models"),
            new Reachability.Answer(Provider.XAI, false, "the connection to 127.0.0.1:1 failed"),
            new Reachability.Answer(
                Provider.DEEPSEEK,
                true,
                "answered HTTP 302, a redirect to https://login.example/sso; redirects are not"
                    + " followed; give the address of the API itself as --base-url or"
                    + " DEEPSEEK_BASE_URL (it may need https, another path, or a log-in that a"
                    + " program cannot do)"));
    assertThat(server.asked()).extracting(ProviderServer.Asked::method).containsOnly("GET");
  }

  private LlmError refusal(Provider provider) {
    return refusal(id(provider).toString());
  }

  private LlmError refusal(String model) {
    try {
      models.model(ModelId.parse(model)).complete(HELLO, deadline());
      throw new AssertionError("it succeeded");
    } catch (LlmException e) {
      return e.error();
    }
  }

  private ChatResponse ask(Provider provider) {
    return models.model(id(provider)).complete(HELLO, deadline());
  }

  private Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(300), time);
  }

  private ChatModels models(String url) {
    return new ChatModels(LlmSettings.of(environment(url)), time, new Random(1), CallListener.NONE);
  }

  private static Map<String, String> environment(String url) {
    Map<String, String> environment = new HashMap<>();
    for (Provider provider : Provider.values()) {
      for (String prefix : provider.variablePrefixes()) {
        environment.put(prefix + "_API_KEY", KEY);
        environment.put(prefix + "_BASE_URL", url);
      }
    }
    return environment;
  }

  private static ModelId id(Provider provider) {
    return new ModelId(provider, provider == Provider.OPENAI ? "gpt-4o" : "some-model");
  }

  private static String hello(Provider provider) {
    return switch (provider) {
      case ANTHROPIC ->
          "{\"content\":[{\"type\":\"text\",\"text\":\"Hello"
              + " there\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":9,\"output_tokens\":3}}";
      case GOOGLE ->
          "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello"
              + " there\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":3}}";
      case DEEPSEEK -> "\n\n\n" + ProviderServer.OPENAI_HELLO;
      case OPENAI, XAI, MISTRAL, OPENAI_COMPATIBLE, MOCK -> ProviderServer.OPENAI_HELLO;
    };
  }

  private static String error(Provider provider) {
    return switch (provider) {
      case ANTHROPIC ->
          "{\"type\":\"error\",\"error\":{\"type\":\"some_error\",\"message\":\"something is"
              + " wrong\"}}";
      case GOOGLE ->
          "{\"error\":{\"code\":1,\"message\":\"something is wrong\",\"status\":\"SOMETHING\"}}";
      case XAI -> "{\"code\":\"some code\",\"error\":\"something is wrong\"}";
      case MISTRAL ->
          "{\"object\":\"error\",\"message\":\"something is"
              + " wrong\",\"type\":\"some_error\",\"code\":\"1\"}";
      case OPENAI, DEEPSEEK, OPENAI_COMPATIBLE, MOCK ->
          "{\"error\":{\"message\":\"something is"
              + " wrong\",\"type\":\"some_error\",\"param\":null,\"code\":null}}";
    };
  }
}
