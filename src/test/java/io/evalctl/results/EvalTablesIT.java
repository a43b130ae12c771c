package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalTablesIT {
  private static final Instant NOW = Instant.parse("2026-11-20T20:12:03.123456Z");

  @TempDir Path directory;
  private ResultsStore store;

  @BeforeEach
  void open() {
    store = ResultsStore.open(directory.resolve("eval.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void keepsEveryColumnOfARun() {
    List<EvalRunRow> runs =
        store.evalRuns().insert(List.of(run("g", "a", 7L), run("g", "b", null)));
    assertThat(runs).extracting(EvalRunRow::id).containsExactly(1L, 2L);
    assertThat(store.evalRuns().require(1))
        .usingRecursiveComparison()
        .ignoringFields("id")
        .isEqualTo(run("g", "a", 7L));
    assertThat(store.evalRuns().ofGroup("g")).isEqualTo(runs);
    assertThat(store.evalRuns().list()).extracting(EvalRunRow::id).containsExactly(2L, 1L);
  }

  @Test
  void anUnknownRunIsNamed() {
    assertThatThrownBy(() -> store.evalRuns().require(9))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("eval run 9")
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.UNKNOWN_RUN);
  }

  @Test
  void aSampleComesBackWithItsScoresInOrder() {
    long run = store.evalRuns().insert(List.of(run("g", "a", null))).get(0).id();
    EvalSampleRow whole = sample(run, "one", 1, new BigDecimal("0.00125"), 12.5);
    EvalSampleRow bare = sample(run, "one", 2, null, null);
    store.evalSamples().finish(whole);
    store.evalSamples().finish(bare);

    assertThat(store.evalSamples().ofRun(run))
        .usingRecursiveComparison()
        .ignoringFields("id")
        .isEqualTo(List.of(whole, bare));
    assertThat(store.evalSamples().ofRun(run + 1)).isEmpty();
  }

  @Test
  void samplesAreCountedRunByRun() {
    List<EvalRunRow> runs =
        store.evalRuns().insert(List.of(run("g", "a", null), run("g", "b", null)));
    long first = runs.get(0).id();
    store.evalSamples().finish(sample(first, "one", 1, null, null));
    store.evalSamples().finish(sample(first, "one", 2, null, null));
    EvalSampleRow two = store.evalSamples().ofRun(first).get(1);
    store
        .evalSamples()
        .rescored(two.withScores("finished", null, null, !two.passed(), 0, List.of()));

    assertThat(store.evalSamples().counts())
        .containsExactly(Map.entry(first, new EvalSampleTable.Count(2, 1)));
  }

  @Test
  void theSameSampleTwiceIsRefused() {
    long run = store.evalRuns().insert(List.of(run("g", "a", null))).get(0).id();
    store.evalSamples().finish(sample(run, "one", 1, null, null));
    assertThatThrownBy(() -> store.evalSamples().finish(sample(run, "one", 1, null, null)))
        .isInstanceOf(EvalctlException.class);
    assertThat(store.evalSamples().ofRun(run)).hasSize(1);
    assertThat(store.evalSamples().ofRun(run).get(0).scores()).hasSize(2);
  }

  @Test
  void scoringAgainReplacesScoresAndVerdict() {
    long run = store.evalRuns().insert(List.of(run("g", "a", null))).get(0).id();
    store.evalSamples().finish(sample(run, "one", 1, null, null));
    store.evalSamples().finish(sample(run, "two", 1, null, null));
    EvalSampleRow before = store.evalSamples().ofRun(run).get(0);
    EvalSampleRow after =
        before.withScores(
            "finished",
            null,
            null,
            true,
            1,
            List.of(new EvalSampleRow.Score("exact", 1, true, "equal")));
    store.evalSamples().rescored(after);

    assertThat(store.evalSamples().ofRun(run).get(0)).isEqualTo(after);
    assertThat(store.evalSamples().ofRun(run).get(1).scores()).hasSize(2);
  }

  @Test
  void whatADeadEvalctlLeftRunningIsInterrupted() {
    EvalRunRow dead = run("g", "a", null);
    ProcessOwner nobody =
        new ProcessOwner(new ProcessIdentity(1L << 40, 1), ProcessOwner.self().host());
    long id = store.evalRuns().insert(List.of(dead)).get(0).id();
    long alive = store.evalRuns().insert(List.of(run("h", "a", null))).get(0).id();
    store.evalRuns().reopen(id, nobody);

    assertThat(store.evalRuns().closeAbandoned()).isEqualTo(1);
    assertThat(store.evalRuns().require(id).status()).isEqualTo(RunStatus.INTERRUPTED);
    assertThat(store.evalRuns().require(alive).status()).isEqualTo(RunStatus.RUNNING);
  }

  private static EvalRunRow run(String group, String model, Long seed) {
    return new EvalRunRow(
        0,
        "data_" + model,
        group,
        "data.yaml",
        "ab12",
        model,
        "chat",
        2,
        4,
        seed,
        RunStatus.RUNNING,
        NOW,
        null,
        "{\"epochs\":2}",
        "{\"jdk\":\"17\"}",
        ProcessOwner.self());
  }

  private static EvalSampleRow sample(
      long run, String name, int epoch, BigDecimal cost, Double cloneMs) {
    return new EvalSampleRow(
        0,
        run,
        name,
        epoch,
        "scorer-error",
        "{\"output\":\"x\"}",
        "SCORER_FAILED",
        "it broke",
        NOW,
        NOW.plusSeconds(1),
        812,
        cost == null ? null : 10L,
        cost == null ? null : 20L,
        cost == null ? null : 3L,
        cost == null ? null : 4L,
        cost,
        cloneMs,
        cloneMs == null ? null : "/traces/one.jsonl",
        false,
        0.25,
        List.of(
            new EvalSampleRow.Score("includes", 0.5, false, "half of it"),
            new EvalSampleRow.Score("exact", 0, false, null)));
  }
}
