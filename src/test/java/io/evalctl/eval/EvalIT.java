package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.report.Thresholds;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs of datasets that need no database, by the built jar. */
class EvalIT {
  private static final String THREE =
      """
      name: three
      task: chat
      models: ['mock:replies.json']
      cases:
        - {name: right, input: 'What colour is the sky?', scorers: [{type: includes, value: blue}]}
        - {name: wrong, input: 'Capital of France?', expected: Paris, scorers: [{type: exact}]}
        - {name: broken, input: 'Say nothing', scorers: [{type: finished}]}
      """;
  private static final String REPLIES =
      """
      {"replies":[
        {"when":"sky","text":"It is blue.","repeat":true,
         "usage":{"inputTokens":10,"outputTokens":3,"cachedInputTokens":4,"reasoningTokens":1}},
        {"when":"France","text":"Lyon","repeat":true,
         "usage":{"inputTokens":20,"outputTokens":5,"cachedInputTokens":0,"reasoningTokens":2}},
        {"when":"nothing","error":{"status":400,"code":"invalid_request","message":"no"},"repeat":true}]}
      """;

  @TempDir Path directory;
  private Scratch scratch;

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory);
    write("three.yaml", THREE);
    write("replies.json", REPLIES);
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    assertThat(remains).isEmpty();
  }

  @Test
  void passesFailuresAndErrorsAreCountedHonestly() {
    Running run = scratch.run("eval", "three.yaml", "--json", "--junit-xml", "junit.xml");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    JsonNode eval = run.json().path("evalRuns").path(0);
    assertThat(eval.path("name").asText()).isEqualTo("three_mock:replies.json");
    assertThat(eval.path("passes").path("hits").asInt()).isEqualTo(1);
    assertThat(eval.path("passes").path("of").asInt()).as("the error counts").isEqualTo(3);
    assertThat(eval.path("errors").asInt()).isEqualTo(1);
    assertThat(eval.path("inputTokens").asInt()).isEqualTo(30);
    assertThat(eval.path("outputTokens").asInt()).isEqualTo(8);
    assertThat(eval.path("costUsd").isNull()).as("a mock has no price").isTrue();
    assertThat(
            scratch.query(
                "select case_name || ' ' || status || ' ' || passed || ' ' || value ||"
                    + " ifnull(' ' || error_code, '') from eval_samples order by id"))
        .containsExactly(
            "right finished 1 1.0", "wrong finished 0 0.0", "broken error 0 0.0 VALIDATION_ERROR");
    assertThat(
            scratch.query(
                "select reasoning_tokens || ' ' || cached_tokens from eval_samples"
                    + " where case_name = 'right'"))
        .containsExactly("1 4");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("complete");
    assertThat(read("junit.xml"))
        .contains("tests=\"3\" errors=\"1\" failures=\"1\"")
        .contains("VALIDATION_ERROR");
    assertThat(run.err())
        .contains("✓ 1/3  right")
        .contains("✗ 2/3  wrong")
        .contains("! 3/3  broken");
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0", "33%, 0", "0.34, 3", "1, 3"})
  void aThresholdAloneDecidesAndIsToldOfInEveryForm(String rate, int exitCode) {
    Running run =
        scratch.run(
            "eval", "three.yaml", "-q", "--json", "--junit-xml", "j.xml", "--fail-under", rate);
    boolean met = exitCode == 0;
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.err())
        .matches(met ? "" : "! three_mock:replies.json: 33.*% passed, below .*%\n");
    assertThat(run.json().path("thresholds"))
        .singleElement()
        .satisfies(
            threshold -> {
              assertThat(threshold.path("name").asText()).isEqualTo("fail-under");
              assertThat(threshold.path("limit").asDouble()).isEqualTo(Thresholds.rate(rate));
              assertThat(threshold.path("value").asDouble()).isEqualTo(1.0 / 3);
              assertThat(threshold.path("met").asBoolean(!met)).isEqualTo(met);
            });
    assertThat(read("j.xml")).contains("tests=\"4\" errors=\"1\" failures=\"" + (met ? 1 : 2));
  }

  @Test
  void allThatPassIsExitCodeZero() {
    Running run = scratch.run("eval", "three.yaml", "--case", "r*");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("1/1 = 100%");
  }

  @Test
  void tooManyErrorsGiveTheRunUpAndItCanBeResumed() {
    write(
        "broken-first.yaml",
        """
        name: broken-first
        task: chat
        models: ['mock:replies.json']
        cases:
          - {name: broken, input: 'Say nothing', scorers: [{type: finished}]}
          - {name: right, input: 'sky', scorers: [{type: finished}]}
        """);
    Running run = scratch.run("eval", "broken-first.yaml", "--fail-on-error", "0");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("1 of 2 samples erred");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("interrupted");

    Running resumed = scratch.run("eval", "--resume", "1");
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(3);
    assertThat(scratch.query("select case_name from eval_samples order by id"))
        .containsExactly("broken", "right");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("complete");
  }

  @Test
  void everyModelRunsInTurnAndEpochsAreReduced() {
    write("other.json", REPLIES.replace("Lyon", "Paris"));
    Running run =
        scratch.run(
            "eval",
            "three.yaml",
            "--model",
            "mock:replies.json",
            "--model",
            "mock:other.json",
            "--limit",
            "2",
            "--epochs",
            "2",
            "--epochs-reducer",
            "pass^2",
            "--json",
            "--fail-under",
            "0");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode runs = run.json().path("evalRuns");
    assertThat(runs).hasSize(2);
    assertThat(runs.path(0).path("passed").asDouble()).isEqualTo(0.5);
    assertThat(runs.path(1).path("passed").asDouble()).isEqualTo(1.0);
    assertThat(runs.path(0).path("samplesRun").asInt()).isEqualTo(4);
    assertThat(scratch.query("select count(distinct group_id) from eval_runs"))
        .containsExactly("1");
    assertThat(
            scratch.query(
                "select case_name || epoch from eval_samples where run_id = 1 order by id"))
        .containsExactly("right1", "right2", "wrong1", "wrong2");
  }

  @Test
  void aRecordAnswersEverySampleOnceAndAMissIsLoud() {
    Running recorded =
        scratch.run(
            "eval", "three.yaml", "--limit", "2", "--epochs", "2", "--record", "calls.jsonl");
    assertThat(recorded.exitCode()).as(recorded.err()).isEqualTo(3);
    delete("replies.json");

    Running replayed =
        scratch.run(
            "eval", "three.yaml", "--limit", "2", "--epochs", "2", "--replay", "calls.jsonl");
    assertThat(replayed.exitCode()).as(replayed.err()).isEqualTo(3);
    assertThat(scratch.query("select passed from eval_samples where run_id = 2 order by id"))
        .isEqualTo(scratch.query("select passed from eval_samples where run_id = 1 order by id"));

    Running tooMany =
        scratch.run(
            "eval", "three.yaml", "--limit", "1", "--epochs", "3", "--replay", "calls.jsonl");
    assertThat(tooMany.exitCode()).isEqualTo(4);
    assertThat(tooMany.errors()).singleElement().asString().contains("right, epoch 3");
    assertThat(scratch.query("select epoch from eval_samples where run_id = 3"))
        .containsExactly("1", "2");
  }

  @Test
  void aKilledRunIsResumedWithExactlyWhatIsMissing() {
    write("slow.json", REPLIES.replace("\"text\":\"Lyon\"", "\"delayMs\":60000,\"text\":\"Lyon\""));
    Running killed = scratch.start("eval", "three.yaml", "--model", "mock:slow.json");
    killed.awaitErr("✓ 1/3  right");
    killed.kill();
    assertThat(scratch.query("select status from eval_runs")).containsExactly("running");
    write("slow.json", REPLIES);

    Running resumed = scratch.run("eval", "--resume", "1");
    assertThat(resumed.err()).contains("resumed, 1 done");
    assertThat(scratch.query("select case_name from eval_samples order by id"))
        .containsExactly("right", "wrong", "broken");
  }

  @Test
  void whatAKilledRunLeavesIsHealed() {
    write(
        "agent.yaml",
        """
        name: agent
        task: exec
        exec: [sh, -c, 'setsid sleep 300 & touch started; sleep 300']
        scorers: [{type: finished}]
        cases: [{name: one}]
        """);
    Running killed = scratch.start("eval", "agent.yaml", "--model", "none");
    Scratch.await("the agent", () -> Files.exists(directory.resolve("started")));
    killed.kill();
    assertThat(scratch.remains()).isNotEmpty();

    assertThat(scratch.run("heal", "--dry-run").out()).contains("would: end what eval");
    assertThat(scratch.run("heal").out()).contains("ended what eval");
    assertThat(scratch.run("heal").out()).contains("nothing to heal");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("interrupted");
  }

  @Test
  void sigtermEndsTheSampleUnderWayAndKeepsTheFinishedOnes() {
    write("slow.json", REPLIES.replace("\"text\":\"Lyon\"", "\"delayMs\":60000,\"text\":\"Lyon\""));
    Running run = scratch.start("eval", "three.yaml", "--model", "mock:slow.json");
    run.awaitErr("✓ 1/3  right");
    run.signal("TERM");
    run.await();
    assertThat(run.exitCode()).isEqualTo(143);
    assertThat(run.err()).contains("evalctl eval --resume eval:1");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("interrupted");
    assertThat(scratch.query("select case_name from eval_samples")).containsExactly("right");

    // Its paths are those of the place where it was started; an option's are of the place at hand.
    write("slow.json", REPLIES);
    write("elsewhere/nothing.txt", "");
    Running resumed =
        scratch
            .startBy(
                List.of("env", "-C", directory.resolve("elsewhere").toString()),
                Map.of(),
                "eval",
                "--resume",
                "1",
                "--junit-xml",
                "here.xml")
            .await();
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(3);
    assertThat(resumed.err()).contains("resumed, 1 done");
    assertThat(directory.resolve("elsewhere/here.xml")).exists();
    Running rescored =
        scratch
            .startBy(
                List.of("env", "-C", directory.resolve("elsewhere").toString()),
                Map.of(),
                "results",
                "rescore",
                "1")
            .await();
    assertThat(rescored.exitCode()).as(rescored.err()).isZero();
  }

  @Test
  void aChangedDatasetIsNotResumed() {
    assertThat(scratch.run("eval", "three.yaml").exitCode()).isEqualTo(3);
    write("three.yaml", THREE.replace("blue", "red"));
    Running run = scratch.run("eval", "--resume", "1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().contains("has changed since eval:1");
  }

  @Test
  void outputsAreJudgedAgainWithoutRunningATask() {
    assertThat(scratch.run("eval", "three.yaml").exitCode()).isEqualTo(3);
    delete("replies.json");
    write("three.yaml", THREE.replace("expected: Paris", "expected: Lyon"));
    Running run = scratch.run("results", "rescore", "eval:1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("1 sample is judged otherwise");
    assertThat(scratch.query("select passed from eval_samples order by id"))
        .containsExactly("1", "1", "0");
    assertThat(scratch.query("select count(*) from eval_scores")).containsExactly("2");
  }

  @Test
  void aScorerThatFailsIsNamedOnceWithWhatItSaid() {
    write(
        "scorer.yaml",
        """
        name: scorer
        task: exec
        exec: ['true']
        scorers: [{type: exec, command: [sh, -c, 'echo "{"; echo no idea >&2']}]
        cases: [{name: one}]
        """);
    Running run = scratch.run("eval", "scorer.yaml", "--model", "none", "--json");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    JsonNode sample = run.json().path("evalRuns").path(0).path("samples").path(0);
    assertThat(sample.path("status").asText()).isEqualTo("scorer-error");
    assertThat(sample.path("errorMessage").asText())
        .isEqualTo(
            "scorer exec of case one failed: sh printed what is not quite JSON; it said: no idea");
  }

  @Test
  void limitsAreResultsAndNoErrors() {
    write(
        "turns.yaml",
        """
        name: turns
        task: chat
        models: ['mock:replies.json']
        scorers: [{type: includes, value: blue}]
        cases:
          - {name: talk, input: {turns: ['sky one', 'sky two', 'sky three']}}
        """);
    Running messages =
        scratch.run("eval", "turns.yaml", "--message-limit", "2", "--json", "--fail-under", "0");
    JsonNode sample = messages.json().path("evalRuns").path(0).path("samples").path(0);
    assertThat(sample.path("status").asText()).isEqualTo("limit");
    assertThat(sample.path("passed").asBoolean()).as("what it had by then is scored").isTrue();
    assertThat(sample.path("result").path("limit").asText()).isEqualTo("messages");
    assertThat(sample.path("result").path("detail").path("turns")).hasSize(2);

    Running tokens =
        scratch.run("eval", "turns.yaml", "--token-limit", "20", "--json", "--fail-under", "0");
    sample = tokens.json().path("evalRuns").path(0).path("samples").path(0);
    assertThat(sample.path("result").path("limit").asText()).isEqualTo("tokens");
    assertThat(sample.path("inputTokens").asInt()).isEqualTo(20);
  }

  @Test
  void theWholeRunsTimeIsUpWithExitCodeFive() {
    write("slow.json", "{\"replies\":[{\"text\":\"x\",\"delayMs\":1100,\"repeat\":true}]}");
    Running run = scratch.run("eval", "three.yaml", "--model", "mock:slow.json", "--timeout", "1s");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
    assertThat(run.err()).contains("--resume eval:1");
    assertThat(scratch.query("select count(*) from eval_samples")).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-such.yaml | 4 | there is no dataset",
        "three.yaml --model nonsense | 2 | no provider for model",
        "three.yaml --model none | 2 | asks a model",
        "three.yaml --model mock:no.json | 4 | no mock file",
        "three.yaml --model openai:gpt-5 | 4 | no API key",
        "three.yaml --epochs 0 | 2 | --epochs",
        "three.yaml --epochs-reducer pass@2 | 2 | pass@2 needs at least 2 epochs",
        "three.yaml --case x* | 2 | no case",
        "three.yaml --limit 9-12 | 2 | case",
        "three.yaml --fail-on-error x | 2 | --fail-on-error",
        "three.yaml --time-limit 0s | 2 | --time-limit",
        "three.yaml --token-limit 0 | 2 | --token-limit",
        "three.yaml --resume 1 | 2 | name a dataset, or a run",
        "--resume 7 | 2 | there is no eval run 7",
        "three.yaml --pg postgres://u:secret@h/d | 2 | password",
        "three.yaml --record a --replay b | 2 | exclude each other"
      })
  void badInputIsOneClearLine(String words, int exitCode, String message) {
    Running run = scratch.run(("eval " + words).split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.errors()).singleElement().asString().contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aKeyNeverReachesTheStore() {
    String key = "sk-super-secret-0123456789";
    write(
        "env.yaml",
        """
        name: env
        task: exec
        exec: [sh, -c, 'echo "$OPENAI_API_KEY"; echo "$OPENAI_API_KEY" >&2']
        scorers: [{type: includes, value: nothing}]
        cases: [{name: leak}]
        """);
    Running run =
        scratch
            .start(Map.of("OPENAI_API_KEY", key), "eval", "env.yaml", "--model", "none", "--json")
            .await();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out() + run.err()).contains("[redacted]").doesNotContain(key);
    assertThat(scratch.query("select output_json from eval_samples").toString())
        .doesNotContain(key);
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(directory.resolve(name).getParent());
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void delete(String name) {
    try {
      Files.delete(directory.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
