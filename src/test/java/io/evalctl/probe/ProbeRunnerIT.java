package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.ManualTime;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ProviderServer;
import io.evalctl.results.TranscriptRow;
import io.evalctl.text.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole probes against a server that plays OpenAI. */
@Timeout(60)
class ProbeRunnerIT {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String PROBE =
      """
      {"runId":"r1","scenarioId":"s1","modelId":"openai:gpt-4o",
       "scenario":{"preamble":"Be brief.","prompt":"Who are you?",
         "followups":[{"label":"why","prompt":"Why?"},{"prompt":"Sure?"}]},
       "config":{"temperature":0.7,"maxTokens":64}}
      """;

  private final ManualTime time = new ManualTime();
  private final ProviderServer server = new ProviderServer();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final LlmSettings settings =
      new LlmSettings(Map.of("OPENAI_API_KEY", KEY), Path.of(""), server.url(), null, null);
  private final ProbeLog log =
      new ProbeLog(
          new PrintStream(logged, true, StandardCharsets.UTF_8), settings.redactor(), time);
  private final ChatModels models = new ChatModels(settings, time, new Random(1), log);
  private final List<TranscriptRow> saved = new ArrayList<>();

  @AfterEach
  void close() {
    models.close();
    server.close();
  }

  @Test
  void holdsAConversationWithItsWholeHistory() throws IOException {
    ProbeResult result = run(PROBE);
    assertThat(result.outcome()).isEqualTo(ProbeResult.Outcome.SUCCEEDED);
    assertThat(result.json().path("success").asBoolean()).isTrue();
    JsonNode transcript = result.json().path("transcript");
    assertThat(transcript.path("turns")).hasSize(3);
    assertThat(transcript.path("turns").findValuesAsText("promptLabel"))
        .containsExactly("scenario_prompt", "why", "followup_2");
    assertThat(transcript.path("turns").findValuesAsText("probePrompt"))
        .containsExactly("Be brief.\n\nWho are you?", "Why?", "Sure?");
    assertThat(transcript.path("totalInputTokens").asLong()).isEqualTo(27);
    assertThat(transcript.path("totalOutputTokens").asLong()).isEqualTo(9);
    assertThat(transcript.path("modelVersion").asText()).isEqualTo("gpt-4o-2024-08-06");
    JsonNode last = Json.read(server.asked().get(2).body());
    assertThat(last.path("messages").findValuesAsText("role"))
        .containsExactly("user", "assistant", "user", "assistant", "user");
    assertThat(last.path("messages").get(3).path("content").asText()).isEqualTo("Hello there");
    assertThat(last.path("max_completion_tokens").asInt()).isEqualTo(64);
  }

  @Test
  void describesATurnWholly() {
    JsonNode turn = run(PROBE).json().path("transcript").path("turns").get(0);
    assertThat(turn.path("turnNumber").asInt()).isEqualTo(1);
    assertThat(turn.path("targetResponse").asText()).isEqualTo("Hello there");
    assertThat(turn.path("inputTokens").asInt()).isEqualTo(9);
    assertThat(turn.path("outputTokens").asInt()).isEqualTo(3);
    assertThat(turn.has("truncated")).isFalse();
    JsonNode metadata = turn.path("providerMetadata");
    assertThat(metadata.path("provider").asText()).isEqualTo("openai");
    assertThat(metadata.path("finishReason").asText()).isEqualTo("stop");
    assertThat(metadata.path("timing").path("requestMs").isIntegralNumber()).isTrue();
    assertThat(metadata.path("usage").path("cachedInput").path("tokens").asInt()).isEqualTo(4);
    assertThat(metadata.path("usage").path("input").path("origin").asText()).isEqualTo("reported");
  }

  @Test
  void tellsTheCostAndItsSource() {
    JsonNode cost = run(PROBE).json().path("transcript").path("costSnapshot");
    // Three turns of 5 * 2.5 + 4 * 1.25 + 3 * 10 millionths.
    assertThat(cost.path("estimatedCost").decimalValue()).isEqualByComparingTo("0.0001425");
    assertThat(cost.path("source").asText()).startsWith("https://");
    assertThat(cost.path("date").asText()).isNotEmpty();
    assertThat(cost.path("currency").asText()).isEqualTo("USD");
    JsonNode given =
        run(PROBE.replace(
                "\"config\"",
                "\"modelCost\":{\"costInputPerMillion\":1,\"costOutputPerMillion\":2},\"config\""))
            .json()
            .path("transcript")
            .path("costSnapshot");
    assertThat(given.path("estimatedCost").decimalValue()).isEqualByComparingTo("0.000045");
    assertThat(given.path("source").asText()).isEqualTo("modelCost of the input");
    JsonNode unknown =
        run(PROBE.replace("openai:gpt-4o", "openai:gpt-of-tomorrow"))
            .json()
            .path("transcript")
            .path("costSnapshot");
    assertThat(unknown.path("estimatedCost").isNull()).isTrue();
    assertThat(unknown.path("source").isNull()).isTrue();
  }

  @Test
  void aFailingTurnKeepsTheTurnsBefore() {
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    server.always(
        ProviderServer.json(
            429, "{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}"));
    ProbeResult result = run(PROBE);
    assertThat(result.outcome()).isEqualTo(ProbeResult.Outcome.FAILED);
    JsonNode error = result.json().path("error");
    assertThat(error.path("code").asText()).isEqualTo("RATE_LIMIT");
    assertThat(error.path("retryable").asBoolean()).isTrue();
    assertThat(error.path("statusCode").asInt()).isEqualTo(429);
    assertThat(error.path("attempts").asInt()).isGreaterThan(5);
    assertThat(error.path("details").asText()).isEqualTo("slow down");
    assertThat(result.json().path("partialTranscript").path("turns")).hasSize(1);
    assertThat(logged())
        .contains("\"event\":\"call_retried\"")
        .contains("\"event\":\"probe_finished\"");
  }

  @Test
  void aProbeThatNeverBeganHasNoTranscript() {
    server.always(ProviderServer.json(401, "{\"error\":{\"message\":\"no\"}}"));
    ProbeResult result = run(PROBE);
    assertThat(result.json().has("partialTranscript")).isFalse();
    assertThat(result.json().path("error").path("code").asText()).isEqualTo("AUTH_ERROR");
    assertThat(result.json().path("error").path("retryable").asBoolean()).isFalse();
  }

  @Test
  void aModelThatOnlyCallsAToolHasNotAnswered() {
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    server.then(
        ProviderServer.json(
            200,
            "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}"));
    ProbeResult result = run(PROBE);
    assertThat(result.json().path("error").path("code").asText()).isEqualTo("INVALID_RESPONSE");
    assertThat(result.json().path("error").path("message").asText()).contains("tool_use");
    assertThat(result.json().path("partialTranscript").path("turns")).hasSize(1);
  }

  @Test
  void cutsALongAnswerInTheTranscriptButNotInTheConversation() throws IOException {
    String longText = "é".repeat(80_000);
    server.then(
        ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello there", longText)));
    ProbeResult result = run(PROBE);
    JsonNode turn = result.json().path("transcript").path("turns").get(0);
    assertThat(turn.path("truncated").asBoolean()).isTrue();
    assertThat(turn.path("targetResponse").asText()).isEqualTo("é".repeat(51_200));
    assertThat(result.json().path("warnings").get(0).asText())
        .isEqualTo("turn 1: the answer was cut from 160000 to at most 102400 bytes");
    assertThat(
            Json.read(server.asked().get(1).body())
                .path("messages")
                .get(1)
                .path("content")
                .asText())
        .isEqualTo(longText);
  }

  @Test
  void asksNoMoreTurnsThanAllowed() {
    ProbeResult result = run(PROBE.replace("\"maxTokens\":64", "\"maxTurns\":2"));
    assertThat(result.json().path("transcript").path("turns")).hasSize(2);
    assertThat(result.json().path("transcript").path("omittedPrompts").asInt()).isEqualTo(1);
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void warnsWhenAnotherVersionAnswers() {
    ProbeResult result =
        run(PROBE.replace("\"scenario\":", "\"modelVersion\":\"gpt-4o-2024-05-13\",\"scenario\":"));
    assertThat(result.json().path("warnings").get(0).asText())
        .isEqualTo("turn 1: gpt-4o-2024-08-06 answered, not gpt-4o-2024-05-13");
  }

  @Test
  void theDeadlineIsForAllTurnsTogether() {
    server.always(
        (exchange, asked) -> {
          time.sleep(Duration.ofSeconds(120));
          ProviderServer.json(200, ProviderServer.OPENAI_HELLO).to(exchange, asked);
        });
    ProbeResult result = run(PROBE);
    assertThat(result.json().path("error").path("code").asText()).isEqualTo("TIMEOUT");
    assertThat(result.json().path("partialTranscript").path("turns")).hasSize(2);
  }

  @Test
  void savesTranscriptsWholeAndPartial() throws IOException {
    assertThat(run(PROBE).json().path("transcriptId").asText()).isEqualTo(saved.get(0).id());
    TranscriptRow whole = saved.get(0);
    assertThat(whole.runId()).isEqualTo("r1");
    assertThat(whole.scenarioId()).isEqualTo("s1");
    assertThat(whole.modelId()).isEqualTo("openai:gpt-4o");
    assertThat(whole.modelVersion()).isEqualTo("gpt-4o-2024-08-06");
    assertThat(whole.turnCount()).isEqualTo(3);
    assertThat(whole.tokenCount()).isEqualTo(36);
    assertThat(Json.read(whole.content()).path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(Json.read(whole.content()).path("turns")).hasSize(3);
    assertThat(Json.read(whole.definitionSnapshot()).path("prompt").asText())
        .isEqualTo("Who are you?");
    assertThat(whole.estimatedCost()).isEqualByComparingTo("0.0001425");
    assertThat(whole.sampleIndex()).isZero();

    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    server.always(ProviderServer.json(404, "{}"));
    run(PROBE);
    assertThat(Json.read(saved.get(1).content()).path("error").path("code").asText())
        .isEqualTo("NOT_FOUND");
    assertThat(saved.get(1).turnCount()).isEqualTo(1);
    run(PROBE);
    assertThat(saved).hasSize(2);
  }

  @Test
  void aTranscriptThatCannotBeSavedIsAWarning() {
    ProbeRunner runner =
        new ProbeRunner(
            models,
            null,
            ProbeRunner.DEFAULT_TIMEOUT,
            transcript -> {
              throw new EvalctlException(ErrorCode.RESULTS_BUSY, "the store is busy", null);
            },
            log,
            time);
    ObjectNode json = runner.run(PROBE.getBytes(StandardCharsets.UTF_8)).json();
    assertThat(json.path("success").asBoolean()).isTrue();
    assertThat(json.path("warnings").get(0).asText())
        .isEqualTo("the transcript was not saved: the store is busy");
  }

  @Test
  void anInterruptKeepsTheTurnsBefore() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    server.then(
        (exchange, asked) -> {
          second.countDown();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    ProbeResult[] result = new ProbeResult[1];
    Thread thread = new Thread(() -> result[0] = run(PROBE));
    thread.start();
    second.await();
    thread.interrupt();
    thread.join();
    over.countDown();
    assertThat(result[0].outcome()).isEqualTo(ProbeResult.Outcome.INTERRUPTED);
    assertThat(result[0].json().path("success").asBoolean()).isFalse();
    assertThat(result[0].json().path("error").path("code").asText()).isEqualTo("UNKNOWN");
    assertThat(result[0].json().path("error").path("retryable").asBoolean()).isFalse();
    assertThat(result[0].json().path("partialTranscript").path("turns")).hasSize(1);
  }

  @Test
  void everyBadInputIsOneObjectWithACode() {
    for (String input :
        List.of(
            "",
            "nonsense",
            "[]",
            "{",
            "{}",
            "[".repeat(100_000),
            "{\"runId\":NaN}",
            PROBE.replace("openai:gpt-4o", "nobody"),
            PROBE.replace("openai:", "xai:"))) {
      ProbeResult result = run(input);
      assertThat(result.outcome()).isEqualTo(ProbeResult.Outcome.FAILED);
      assertThat(result.json().path("success").asBoolean()).isFalse();
      assertThat(result.json().path("error").path("code").asText())
          .isIn("VALIDATION_ERROR", "UNSUPPORTED_PROVIDER", "MISSING_API_KEY");
      assertThat(result.json().path("error").path("retryable").asBoolean()).isFalse();
      assertThat(result.json().path("error").path("statusCode").isNull()).isTrue();
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aKeyInThePromptOrTheAnswerComesOutNowhere() {
    server.always(
        ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello", "Your key: " + KEY)));
    ProbeResult result =
        run(PROBE.replace("Who are you?", "My key is " + KEY).replace("\"r1\"", "\"" + KEY + "\""));
    assertThat(Json.text(result.json()) + result.runId())
        .contains("[redacted]")
        .doesNotContain(KEY);
    assertThat(saved.toString()).doesNotContain(KEY);
    server.always(ProviderServer.json(500, "{\"error\":{\"message\":\"" + KEY + "\"}}"));
    assertThat(Json.text(run(PROBE).json())).doesNotContain(KEY);
    assertThat(Json.text(run("{\"" + KEY).json())).doesNotContain(KEY);
    assertThat(Json.text(run(PROBE.replace("openai:gpt-4o", KEY)).json())).doesNotContain(KEY);
    assertThat(logged()).contains("turn_started").doesNotContain(KEY);
  }

  @Test
  void logsHoldNoPromptsAndNoAnswers() throws IOException {
    run(PROBE);
    assertThat(logged()).doesNotContain("Who are you?").doesNotContain("Hello there");
    for (String line : logged().split("\n")) {
      JsonNode event = Json.read(line);
      assertThat(event.path("event").asText()).isNotEmpty();
      assertThat(event.path("at").asText()).endsWith("+00:00");
    }
  }

  private ProbeResult run(String json) {
    return new ProbeRunner(models, null, ProbeRunner.DEFAULT_TIMEOUT, saved::add, log, time)
        .run(json.getBytes(StandardCharsets.UTF_8));
  }

  private String logged() {
    return logged.toString(StandardCharsets.UTF_8);
  }
}
