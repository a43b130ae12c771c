package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.llm.ProviderServer;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, ended by signals. */
@Timeout(180)
class ProbeProcessIT {
  private static final String KEY = "sk-very-secret-0123456789";

  @TempDir Path directory;
  private Scratch scratch;
  private final ProviderServer server = new ProviderServer();
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void open() {
    scratch = new Scratch(directory);
  }

  @AfterEach
  void close() {
    over.countDown();
    server.close();
  }

  @Test
  void aTermSignalInACallStillGivesOneObject() throws IOException {
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO));
    server.always(this::hang);
    Running probe = start(probe(), "probe", "in.json");
    await("the second turn", () -> server.asked().size() == 2);
    probe.process().destroy();
    assertThat(probe.await().exitCode()).isEqualTo(143);
    JsonNode json = probe.json();
    assertThat(json.path("success").asBoolean()).isFalse();
    assertThat(json.path("error").path("code").asText()).isEqualTo("UNKNOWN");
    assertThat(json.path("partialTranscript").path("turns")).hasSize(1);
    assertThat(probe.out() + probe.err()).doesNotContain(KEY);
  }

  @Test
  void anInterruptInACallStillGivesOneObject() throws IOException, InterruptedException {
    server.always(this::hang);
    Running probe = start(probe(), "probe", "in.json", "--exit-zero");
    await("the call", () -> server.asked().size() == 1);
    new ProcessBuilder("kill", "-s", "INT", Long.toString(probe.process().pid())).start().waitFor();
    assertThat(probe.await().exitCode()).isEqualTo(130);
    assertThat(probe.json().path("success").asBoolean()).isFalse();
  }

  @Test
  void aKilledBatchGoesOnAndAnswersEveryInputOnce() throws IOException {
    Path in = directory.resolve("in.jsonl");
    Files.write(in, IntStream.range(0, 200).mapToObj(ProbeProcessIT::line).toList());
    Path out = directory.resolve("out.jsonl");
    server.always(ProbeProcessIT::echo);
    // The sixtieth request and all after it hang, until the process is killed under them.
    for (int i = 0; i < 60; i++) {
      server.then(ProbeProcessIT::echo);
    }
    server.always(this::hang);
    Running first =
        start(null, "probe", "--batch", "in.jsonl", "--out", "out.jsonl", "--jobs", "8");
    await("sixty answers", () -> lines(out) == 60 && server.asked().size() == 68);
    first.process().destroyForcibly();
    first.await();
    List<String> before = Files.readAllLines(out);
    assertThat(before).hasSize(60);

    server.always(ProbeProcessIT::echo);
    Running second =
        start(null, "probe", "--batch", "in.jsonl", "--out", "out.jsonl", "--jobs", "8", "--resume")
            .await();
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.json().path("batch").path("answered").asInt()).isEqualTo(140);
    Map<Integer, String> answers = new TreeMap<>();
    for (String line : Files.readAllLines(out)) {
      JsonNode answer = Json.read(line);
      assertThat(answers.put(answer.path("index").asInt(), line)).as(line).isNull();
      assertThat(answer.path("transcript").path("turns").get(0).path("targetResponse").asText())
          .isEqualTo("prompt " + answer.path("index").asInt());
    }
    assertThat(answers).hasSize(200);
    assertThat(Files.readAllLines(out).subList(0, 60)).isEqualTo(before);
    List<String> sentAgain =
        server.asked().subList(68, server.asked().size()).stream()
            .map(ProbeProcessIT::prompt)
            .toList();
    assertThat(sentAgain).hasSize(140);
    for (String line : before) {
      assertThat(sentAgain).doesNotContain("prompt " + Json.read(line).path("index").asInt());
    }
  }

  @Test
  void aBatchEndedByATermSignalWritesNoHalfAnswers() throws IOException {
    Files.write(
        directory.resolve("in.jsonl"),
        IntStream.range(0, 20).mapToObj(ProbeProcessIT::line).toList());
    Path out = directory.resolve("out.jsonl");
    for (int i = 0; i < 5; i++) {
      server.then(ProbeProcessIT::echo);
    }
    server.always(this::hang);
    Running batch =
        start(null, "probe", "--batch", "in.jsonl", "--out", "out.jsonl", "--jobs", "4");
    await("five answers", () -> lines(out) == 5 && server.asked().size() == 9);
    batch.process().destroy();
    assertThat(batch.await().exitCode()).isEqualTo(143);
    assertThat(batch.json().path("success").asBoolean()).isFalse();
    assertThat(lines(out)).isEqualTo(5);
  }

  private Running start(String input, String... arguments) throws IOException {
    if (input != null) {
      Files.writeString(directory.resolve("in.json"), input);
    }
    List<String> words = new ArrayList<>(List.of(arguments));
    return scratch.start(
        Map.of("OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", server.url()),
        words.toArray(String[]::new));
  }

  private void hang(HttpExchange exchange, ProviderServer.Asked asked) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Waiter.until(
        what,
        Deadline.in(Duration.ofSeconds(60), TimeSource.system()),
        Duration.ofMillis(10),
        condition);
  }

  private static long lines(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
    } catch (IOException e) {
      return -1;
    }
  }

  private static String probe() {
    return "{\"runId\":\"r\",\"scenarioId\":\"s\",\"modelId\":\"openai:gpt-4o\",\"scenario\":{\"prompt\":\"a\",\"followups\":[{\"prompt\":\"b\"}]}}";
  }

  private static String line(int number) {
    return "{\"runId\":\"r\",\"scenarioId\":\"s-%d\",\"modelId\":\"openai:gpt-4o\",\"scenario\":{\"prompt\":\"prompt %d\"}}"
        .formatted(number, number);
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
}
