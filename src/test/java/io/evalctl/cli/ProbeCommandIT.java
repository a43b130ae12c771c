package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.console.Io;
import io.evalctl.llm.ProviderServer;
import io.evalctl.text.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command within this JVM: whatever happens, stdout holds one JSON object. */
@Timeout(60)
class ProbeCommandIT {
  private static final String KEY = "sk-very-secret-0123456789";
  private static final String PROBE =
      """
      {"runId":"r1","scenarioId":"s1","modelId":"openai:gpt-4o",
       "scenario":{"prompt":"Who are you?","followups":[{"prompt":"Why?"}]}}
      """;

  @TempDir Path directory;
  private final ProviderServer server = new ProviderServer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void readsStandardInputOrAFile() throws IOException {
    assertThat(run(PROBE)).isZero();
    assertThat(json().path("transcript").path("turns")).hasSize(2);
    assertThat(run(PROBE, "-")).isZero();
    assertThat(json().path("success").asBoolean()).isTrue();
    Files.writeString(directory.resolve("in.json"), PROBE);
    assertThat(run("", "in.json")).isZero();
    assertThat(json().path("success").asBoolean()).isTrue();
    assertThat(err()).isEmpty();
  }

  @Test
  void aFailureIsThreeOrZeroWhenAsked() {
    server.always(ProviderServer.json(401, "{\"error\":{\"message\":\"no\"}}"));
    assertThat(run(PROBE)).isEqualTo(3);
    assertThat(code()).isEqualTo("AUTH_ERROR");
    assertThat(run(PROBE, "--exit-zero")).isZero();
    assertThat(code()).isEqualTo("AUTH_ERROR");
    assertThat(run("nonsense", "--exit-zero")).isZero();
    assertThat(code()).isEqualTo("VALIDATION_ERROR");
  }

  @Test
  void everyBadInputIsOneObject() {
    for (String input : List.of("", "{", "[]", "[".repeat(10_000), "\uFEFF", "{\"runId\":1}")) {
      assertThat(run(input)).isEqualTo(3);
      assertThat(code()).isEqualTo("VALIDATION_ERROR");
    }
    assertThat(run("", "no-such-file.json")).isEqualTo(3);
    assertThat(json().path("error").path("message").asText())
        .isEqualTo("cannot read no-such-file.json: there is no such file");
    assertThat(run("", directory.toString())).isEqualTo(3);
    assertThat(code()).isEqualTo("VALIDATION_ERROR");
    assertThat(json().path("error").path("message").asText()).endsWith(": it is a directory");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aHundredMegabytesAreReadToTheirEndAndRefused() {
    long size = 100_000_000;
    Letters letters = new Letters(size);
    assertThat(run(letters)).isEqualTo(3);
    assertThat(json().path("error").path("message").asText())
        .isEqualTo("the input is larger than 16 MiB");
    assertThat(letters.left).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nope",
        "--jobs many",
        "--jobs 0",
        "--jobs 5000",
        "--timeout soon",
        "--timeout 0s",
        "--out x.jsonl",
        "--resume",
        "--batch in.jsonl --resume",
        "--batch in.jsonl --out x.jsonl --retry-failed",
        "--batch in.jsonl in.json",
        "--batch in.jsonl --dry-run",
        "--record a --replay b",
        "--online",
        "a b",
        "--config no-such.yaml",
        "--env-file no-such.env",
        "--batch"
      })
  void wrongFlagsAreOneObjectToo(String flags) {
    int exit = run(PROBE, flags.split(" "));
    assertThat(json().path("success").isBoolean()).isTrue();
    assertThat(json().path("success").asBoolean()).isFalse();
    assertThat(json().path("error").path("retryable").asBoolean()).isFalse();
    assertThat(exit).isEqualTo(flags.contains("env-file") ? exit : 2);
    assertThat(exit).isIn(2, 3);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void theModelAndItsAddressCanBeGiven() {
    assertThat(run(PROBE, "--model", "openai-compatible:llama", "--base-url", server.url()))
        .isZero();
    assertThat(server.asked().get(0).body()).contains("\"model\":\"llama\"");
    assertThat(server.asked().get(0).headers()).doesNotContainKey("authorization");
    assertThat(run(PROBE, "--model", "nobody:x")).isEqualTo(3);
    assertThat(code()).isEqualTo("UNSUPPORTED_PROVIDER");
    assertThat(run(PROBE, "--model", "xai:grok-4")).isEqualTo(3);
    assertThat(code()).isEqualTo("MISSING_API_KEY");
  }

  @Test
  void recordsAndReplays() throws IOException {
    assertThat(run(PROBE, "--record", "tape.jsonl")).isZero();
    JsonNode recorded = json().path("transcript").path("turns");
    assertThat(run(PROBE, "--replay", "tape.jsonl")).isZero();
    assertThat(json().path("transcript").path("turns")).isEqualTo(recorded);
    assertThat(server.asked()).hasSize(2);
    assertThat(Files.readString(directory.resolve("tape.jsonl"))).doesNotContain(KEY);
    assertThat(run(PROBE, "--record", "no/such/dir/tape.jsonl")).isEqualTo(3);
    assertThat(json().path("error").path("message").asText()).contains("cannot write");
  }

  @Test
  void aMockIsFoundBesideTheUser() throws IOException {
    Files.writeString(
        directory.resolve("mock.json"), "{\"replies\":[{\"text\":\"hi\",\"repeat\":true}]}");
    assertThat(run(PROBE, "--model", "mock:mock.json")).isZero();
    assertThat(json().path("transcript").path("turns").get(1).path("targetResponse").asText())
        .isEqualTo("hi");
  }

  @Test
  void savesTranscripts() {
    assertThat(run(PROBE, "--save", "--db", "eval.db")).isZero();
    assertThat(json().path("transcriptId").asText()).isNotEmpty();
    assertThat(Files.exists(directory.resolve("eval.db"))).isTrue();
    assertThat(run(PROBE, "--save", "--db", "no/\u0000/x")).isIn(2, 3);
    assertThat(json().path("success").asBoolean()).isFalse();
  }

  @Test
  void aStoreThatIsNotOursIsRefusedBeforeAnythingIsPaidFor() throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "not a database");
    assertThat(run(PROBE, "--save", "--db", "notes.txt")).isEqualTo(3);
    assertThat(json().path("success").asBoolean()).isFalse();
    assertThat(server.asked()).isEmpty();
    assertThat(Files.readString(directory.resolve("notes.txt"))).isEqualTo("not a database");
  }

  @Test
  void logsAreStructured() throws IOException {
    assertThat(run(PROBE, "--verbose")).isZero();
    assertThat(json().path("success").asBoolean()).isTrue();
    for (String line : err().strip().split("\n")) {
      assertThat(Json.read(line).path("event").asText()).isNotEmpty();
    }
  }

  @Test
  void aDryRunAsksNobody() {
    assertThat(run(PROBE, "--dry-run")).isZero();
    assertThat(json().path("dryRun").asBoolean()).isTrue();
    assertThat(json().path("prompts").asInt()).isEqualTo(2);
    assertThat(run("{}", "--dry-run")).isEqualTo(3);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void tellsItsHealth() {
    assertThat(run("", "--health")).isZero();
    assertThat(json().path("health").path("apiKeys").path("openai").asBoolean()).isTrue();
    assertThat(json().path("health").path("packages").path("evalctl").asText()).isNotEmpty();
  }

  @Test
  void theDoctorTellsWhichKeysThereAre() {
    assertThat(run("doctor", new ByteArrayInputStream(new byte[0]))).isIn(0, 4);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("set: OPENAI_API_KEY")
        .contains("not set: XAI_API_KEY")
        .doesNotContain(KEY);
  }

  @Test
  void runsABatch() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      lines.append(PROBE.replace("\n", " ").replace("\"s1\"", "\"s" + i + "\"")).append('\n');
    }
    Files.writeString(directory.resolve("in.jsonl"), lines);
    assertThat(run("", "--batch", "in.jsonl", "--out", "out.jsonl", "--jobs", "4")).isZero();
    assertThat(json().path("batch").path("answered").asInt()).isEqualTo(30);
    assertThat(Files.readAllLines(directory.resolve("out.jsonl"))).hasSize(30);
    assertThat(err()).contains("batch  30 inputs").contains("30/30 answered · 0 failed");
    assertThat(run("", "--batch", "in.jsonl", "--out", "out.jsonl")).isEqualTo(2);
    assertThat(json().path("error").path("details").asText()).contains("--resume");
    assertThat(run("", "--batch", "in.jsonl", "--out", "out.jsonl", "--resume")).isZero();
    assertThat(json().path("batch").path("finishedBefore").asInt()).isEqualTo(30);
    Files.writeString(directory.resolve("in.jsonl"), PROBE.replace("\n", " ") + "\nnonsense\n");
    assertThat(run("", "--batch", "in.jsonl", "--quiet")).isEqualTo(3);
    assertThat(out.toString(StandardCharsets.UTF_8).strip().split("\n")).hasSize(2);
    assertThat(err()).isEmpty();
    assertThat(run("", "--batch", "in.jsonl", "--exit-zero")).isZero();
    assertThat(run("", "--batch", "none.jsonl", "--out", "none.out")).isEqualTo(3);
    assertThat(code()).isEqualTo("VALIDATION_ERROR");
    assertThat(directory.resolve("none.out")).doesNotExist();
    assertThat(json().path("error").path("message").asText()).contains("there is no such file");
  }

  @Test
  void noKeyIsInAnyOutput() throws IOException {
    server.then(ProviderServer.json(200, ProviderServer.OPENAI_HELLO.replace("Hello", KEY)));
    server.always(
        ProviderServer.json(
            500, "{\"error\":{\"message\":\"" + KEY + "\"}}", "x-should-retry", "false"));
    run(
        PROBE.replace("Who are you?", KEY),
        "--verbose",
        "--debug",
        "--save",
        "--db",
        "eval.db",
        "--record",
        "tape.jsonl");
    run("{\"" + KEY, "--verbose", "--debug");
    run(PROBE, "--model", KEY, "--verbose", "--debug");
    run(PROBE, "--jobs", KEY, "--debug");
    run(PROBE, "--health");
    String all = printed.toString();
    assertThat(all).contains("[redacted]").doesNotContain(KEY);
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(KEY);
      }
    }
  }

  private final StringBuilder printed = new StringBuilder();

  private int run(String input, String... arguments) {
    return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
  }

  private int run(InputStream input, String... arguments) {
    return run("probe", input, arguments);
  }

  private int run(String command, InputStream input, String... arguments) {
    out.reset();
    err.reset();
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", directory.toString());
    environment.put("OPENAI_API_KEY", KEY);
    environment.put("OPENAI_BASE_URL", server.url() + "/v1");
    String[] words = new String[arguments.length + 1];
    words[0] = command;
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    int exit =
        CommandRunner.run(
            words,
            new Io(
                input,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                environment,
                directory));
    printed.append(out.toString(StandardCharsets.UTF_8)).append(err());
    return exit;
  }

  private JsonNode json() {
    try {
      return Json.read(out.toByteArray());
    } catch (IOException e) {
      throw new AssertionError("not one JSON document: " + out, e);
    }
  }

  private String code() {
    return json().path("error").path("code").asText();
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Endless text, up to its end. */
  private static final class Letters extends InputStream {
    private long left;

    Letters(long size) {
      left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] buffer, int from, int most) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(most, left);
      Arrays.fill(buffer, from, from + count, (byte) 'x');
      left -= count;
      return count;
    }
  }
}
