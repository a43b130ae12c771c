package io.evalctl.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.CallListener;
import io.evalctl.llm.ChatModels;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmSettings;
import io.evalctl.llm.ProviderServer;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches against a server that answers with the prompt it got. */
@Timeout(120)
class BatchRunnerIT {
  @TempDir Path directory;
  private final ProviderServer server = new ProviderServer();
  private final ChatModels models =
      new ChatModels(
          new LlmSettings(Map.of(), Path.of(""), server.url(), null, null),
          TimeSource.system(),
          new Random(1),
          CallListener.NONE);

  BatchRunnerIT() {
    server.always(BatchRunnerIT::echo);
  }

  @AfterEach
  void close() {
    models.close();
    server.close();
  }

  @Test
  void answersEveryLineOnce() throws IOException {
    Path in = inputs(200);
    Path out = directory.resolve("out.jsonl");
    BatchProgress end = run(16, BatchListener.NONE).run(in, out, false, false);
    assertThat(end.total()).isEqualTo(200);
    assertThat(end.answered()).isEqualTo(200);
    assertThat(end.failed()).isZero();
    assertThat(end.open()).isZero();
    assertAnswered(out, 200);
    assertThat(server.asked()).hasSize(200);
  }

  @Test
  void badLinesAreAnsweredToo() throws IOException {
    Path in = directory.resolve("in.jsonl");
    Files.writeString(
        in,
        line(0)
            + "\n\nnot json\n{}\n{\"runId\":\"r\",\"scenarioId\":\"s\"}\n"
            + line(5)
            + "\n"
            + "x".repeat(BoundedInput.MAX_BYTES + 1)
            + "\n"
            + line(7));
    List<LlmErrorCode> errors = new ArrayList<>();
    BatchListener listener =
        new BatchListener() {
          @Override
          public void answered(BatchProgress progress, LlmErrorCode error) {
            if (error != null) {
              errors.add(error);
            }
          }
        };
    List<JsonNode> answers = new ArrayList<>();
    BatchProgress end = run(4, listener).run(in, answers::add);
    assertThat(end.total()).isEqualTo(7);
    assertThat(end.failed()).isEqualTo(4);
    assertThat(errors).hasSize(4).containsOnly(LlmErrorCode.VALIDATION_ERROR);
    assertThat(answers)
        .extracting(answer -> answer.path("index").asInt())
        .containsExactlyInAnyOrder(0, 2, 3, 4, 5, 6, 7);
    for (JsonNode answer : answers) {
      assertThat(answer.has("success")).isTrue();
      assertThat(answer.has("runId")).isTrue();
      if (answer.path("index").asInt() == 4) {
        assertThat(answer.path("runId").asText()).isEqualTo("r");
        assertThat(answer.path("scenarioId").asText()).isEqualTo("s");
      }
      if (answer.path("index").asInt() == 6) {
        assertThat(answer.path("error").path("message").asText())
            .isEqualTo("the input is larger than 16 MiB");
      }
    }
  }

  @Test
  void goesOnWhereItWasAndSendsNothingTwice() throws IOException {
    Path in = inputs(100);
    Path out = directory.resolve("out.jsonl");
    run(8, BatchListener.NONE).run(in, out, false, false);
    // As a killed process leaves it: some answers, in any order, and half of one.
    List<String> lines = new ArrayList<>(Files.readAllLines(out));
    Files.writeString(
        out, String.join("\n", lines.subList(0, 40)) + "\n" + lines.get(40).substring(0, 20));
    List<Integer> before = server.asked().stream().map(BatchRunnerIT::number).toList();
    assertThat(before).hasSize(100);
    BatchProgress end = run(8, BatchListener.NONE).run(in, out, true, false);
    assertThat(end.finishedBefore()).isEqualTo(40);
    assertThat(end.answered()).isEqualTo(60);
    assertAnswered(out, 100);
    List<Integer> sentAgain = server.asked().stream().skip(100).map(BatchRunnerIT::number).toList();
    assertThat(sentAgain).hasSize(60);
    for (String line : lines.subList(0, 40)) {
      assertThat(sentAgain).doesNotContain(Json.read(line).path("index").asInt());
    }
    assertThat(run(8, BatchListener.NONE).run(in, out, true, false).answered()).isZero();
    assertThat(server.asked()).hasSize(160);
  }

  @Test
  void asksAgainWhatFailedAndCanBeMended() throws IOException {
    Path in = inputs(12);
    Path out = directory.resolve("out.jsonl");
    server.always(
        (exchange, request) -> {
          int number = number(request);
          if (number % 4 == 3) {
            // A word that ends it at once: retrying it within the run would take seconds.
            ProviderServer.json(503, "{}", "retry-after", "3600").to(exchange, request);
          } else if (number == 5) {
            ProviderServer.json(400, "{}").to(exchange, request);
          } else {
            echo(exchange, request);
          }
        });
    BatchProgress first = run(4, BatchListener.NONE).run(in, out, false, false);
    assertThat(first.failed()).isEqualTo(4);
    assertThat(first.retryable()).isEqualTo(3);
    assertThat(first.json("o").path("batch").path("failedRetryable").asInt()).isEqualTo(3);

    Path other = directory.resolve("other.jsonl");
    Files.writeString(other, Files.readString(in).replace("s-7\"", "t-7\""));
    List<String> before = Files.readAllLines(out);
    assertThatThrownBy(() -> run(2, BatchListener.NONE).run(other, out, true, true))
        .hasMessageContaining("is not the input that was answered");
    assertThat(Files.readAllLines(out)).as("no answer is thrown away").isEqualTo(before);

    server.always(BatchRunnerIT::echo);
    BatchProgress plain = run(4, BatchListener.NONE).run(in, out, true, false);
    assertThat(plain.answered()).isZero();
    assertThat(plain.retryable()).isEqualTo(3);
    BatchProgress end = run(4, BatchListener.NONE).run(in, out, true, true);
    assertThat(end.finishedBefore()).isEqualTo(9);
    assertThat(end.answered()).isEqualTo(3);
    assertThat(end.failed()).isEqualTo(1);
    assertThat(end.retryable()).isZero();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      answers.add(Json.read(line));
    }
    assertThat(answers)
        .extracting(answer -> answer.path("index").asInt())
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(answers)
        .filteredOn(answer -> !answer.path("success").asBoolean())
        .singleElement()
        .matches(answer -> answer.path("index").asInt() == 5);
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("in.jsonl", "other.jsonl", "out.jsonl");
    }
  }

  /** A provider that keeps a limit up, and lets a few more in at once. */
  @ParameterizedTest
  @ValueSource(strings = {"retry-after-ms", "none"})
  void losesNothingToALimitThatIsKeptUp(String hint) throws IOException {
    TokenBucket bucket = new TokenBucket(200, 10);
    AtomicInteger refused = new AtomicInteger();
    server.always(
        (exchange, request) -> {
          if (bucket.take()) {
            echo(exchange, request);
          } else {
            refused.incrementAndGet();
            String[] headers =
                hint.equals("none") ? new String[0] : new String[] {"retry-after-ms", "5"};
            ProviderServer.json(429, "{\"error\":{\"message\":\"slow down\"}}", headers)
                .to(exchange, request);
          }
        });
    Path in = inputs(400);
    Path out = directory.resolve("out.jsonl");
    BatchProgress end = run(64, BatchListener.NONE).run(in, out, false, false);
    assertThat(refused.get()).as("the limit was met").isPositive();
    assertThat(end.failed()).isZero();
    assertAnswered(out, 400);
  }

  @Test
  void whatIsInFlightMayFinishWhenInterrupted() throws Exception {
    Path in = inputs(50);
    Path out = directory.resolve("out.jsonl");
    CountDownLatch hanging = new CountDownLatch(4);
    CountDownLatch over = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    server.always(
        (exchange, request) -> {
          if (asked.incrementAndGet() > 10) {
            hanging.countDown();
            try {
              over.await();
            } catch (InterruptedException e) {
              return;
            }
          }
          echo(exchange, request);
        });
    ErrorCode[] code = new ErrorCode[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                run(4, BatchListener.NONE).run(in, out, false, false);
              } catch (EvalctlException e) {
                code[0] = e.code();
              }
            });
    thread.start();
    hanging.await();
    thread.interrupt();
    over.countDown();
    thread.join();
    assertThat(code[0]).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(Files.readAllLines(out)).hasSizeBetween(14, 49);
    server.always(BatchRunnerIT::echo);
    run(4, BatchListener.NONE).run(in, out, true, false);
    assertAnswered(out, 50);
  }

  @Test
  void refusesToMixTwoBatches() throws IOException {
    Path in = inputs(10);
    Path out = directory.resolve("out.jsonl");
    run(2, BatchListener.NONE).run(in, out, false, false);
    assertRefused(ErrorCode.USAGE, in, out, false);
    Path other = directory.resolve("other.jsonl");
    Files.writeString(other, Files.readString(in).replace("s-7\"", "t-7\""));
    assertRefused(ErrorCode.RESUME_MISMATCH, other, out, true);
    Files.writeString(other, String.join("\n", Files.readAllLines(in).subList(0, 5)));
    assertRefused(ErrorCode.RESUME_MISMATCH, other, out, true);
    assertRefused(ErrorCode.USAGE, in, in, true);
    Files.writeString(out, "{\"something\":\"else\"}\n");
    assertRefused(ErrorCode.INVALID_INPUT, in, out, true);
    Files.writeString(out, "nonsense\n");
    assertRefused(ErrorCode.INVALID_INPUT, in, out, true);
    Files.writeString(out, "{\"index\":1}\n{\"index\":1}\n");
    assertRefused(ErrorCode.INVALID_INPUT, in, out, true);
    assertRefused(
        ErrorCode.FILE_UNREADABLE, directory.resolve("none"), directory.resolve("o"), false);
    assertRefused(ErrorCode.FILE_UNREADABLE, directory, directory.resolve("o"), false);
    assertRefused(ErrorCode.FILE_UNWRITABLE, in, directory.resolve("no/such/out"), false);
    assertThat(server.asked()).hasSize(10);
    assertThat(directory.resolve("o")).as("no empty output is left").doesNotExist();
  }

  @Test
  void anOutputThatFailsEndsTheBatch() throws IOException {
    Path in = inputs(50);
    AtomicInteger written = new AtomicInteger();
    assertThatThrownBy(
            () ->
                run(4, BatchListener.NONE)
                    .run(
                        in,
                        answer -> {
                          if (written.incrementAndGet() == 5) {
                            throw new EvalctlException(
                                ErrorCode.FILE_UNWRITABLE, "disk full", null);
                          }
                        }))
        .hasMessage("disk full");
    assertThat(written).hasValue(5);
  }

  private void assertRefused(ErrorCode code, Path in, Path out, boolean resume) {
    assertThatThrownBy(() -> run(2, BatchListener.NONE).run(in, out, resume, false))
        .asInstanceOf(type(EvalctlException.class))
        .extracting(EvalctlException::code)
        .isEqualTo(code);
  }

  private static void assertAnswered(Path out, int count) throws IOException {
    List<Integer> indices = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      JsonNode answer = Json.read(line);
      int index = answer.path("index").asInt();
      indices.add(index);
      assertThat(answer.path("success").asBoolean()).isTrue();
      assertThat(answer.path("scenarioId").asText()).isEqualTo("s-" + index);
      assertThat(answer.path("transcript").path("turns").get(0).path("targetResponse").asText())
          .isEqualTo("prompt " + index);
    }
    assertThat(indices)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
  }

  private BatchRunner run(int jobs, BatchListener listener) {
    ProbeRunner probes =
        new ProbeRunner(
            models,
            null,
            ProbeRunner.DEFAULT_TIMEOUT,
            null,
            ProbeListener.NONE,
            TimeSource.system());
    return new BatchRunner(probes, jobs, listener, TimeSource.system());
  }

  private Path inputs(int count) throws IOException {
    Path in = directory.resolve("in.jsonl");
    Files.write(
        in,
        IntStream.range(0, count).mapToObj(BatchRunnerIT::line).toList(),
        StandardOpenOption.CREATE);
    return in;
  }

  private static String line(int number) {
    return "{\"runId\":\"r\",\"scenarioId\":\"s-%d\",\"modelId\":\"openai-compatible:x\",\"scenario\":{\"prompt\":\"prompt %d\"}}"
        .formatted(number, number);
  }

  private static int number(ProviderServer.Asked asked) {
    return Integer.parseInt(prompt(asked).substring("prompt ".length()));
  }

  private static String prompt(ProviderServer.Asked asked) {
    try {
      return Json.read(asked.body()).path("messages").path(0).path("content").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void echo(HttpExchange exchange, ProviderServer.Asked asked) throws IOException {
    ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello there", prompt(asked)))
        .to(exchange, asked);
  }

  /** Tokens come at a rate, and so many are kept at most. Thread-safe. */
  private static final class TokenBucket {
    private final double perSecond;
    private final double most;
    private double tokens;
    private long filledNanos = System.nanoTime();

    TokenBucket(double perSecond, double most) {
      this.perSecond = perSecond;
      this.most = most;
      this.tokens = most;
    }

    synchronized boolean take() {
      long now = System.nanoTime();
      tokens = Math.min(most, tokens + (now - filledNanos) / 1e9 * perSecond);
      filledNanos = now;
      boolean taken = tokens >= 1;
      tokens -= taken ? 1 : 0;
      return taken;
    }
  }
}
