package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evalctl.eval.SampleStatus;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.RunStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each expected number was worked out by hand. */
class EvalSummaryTest {
  private static final Instant NOW = Instant.parse("2026-11-20T20:00:00Z");

  @Test
  void errorsStayInTheDenominator() {
    EvalSummary summary =
        EvalSummary.of(
            run(1, 4, "mean"),
            List.of(
                sample("a", 1, "finished", true, 1, 10L, "0.5"),
                sample("b", 1, "finished", false, 0.5, 20L, "0.25"),
                sample("c", 1, "error", false, 0, null, null),
                sample("d", 1, "limit", true, 1, 30L, "0.25")));

    assertThat(summary.passes()).isEqualTo(new Rate(2, 4));
    assertThat(summary.passed()).isEqualTo(0.5);
    assertThat(summary.score()).isEqualTo((1 + 0.5 + 0 + 1) / 4);
    assertThat(summary.errors()).isEqualTo(1);
    assertThat(summary.statuses()).containsEntry(SampleStatus.LIMIT, 1);
    assertThat(summary.medianMs()).isEqualTo(250);
    assertThat(summary.inputTokens()).isEqualTo(60);
    assertThat(summary.costUsd()).isEqualByComparingTo("1.00");
    assertThat(summary.complete()).isTrue();
    // sqrt(4/3 * (4 * 0.25) / 16)
    assertThat(summary.meanPass().standardError().getAsDouble()).isCloseTo(0.288675, within(1e-6));
  }

  @Test
  void oneUnknownCostMakesTheSumUnknown() {
    EvalSummary summary =
        EvalSummary.of(
            run(1, 2, "mean"),
            List.of(
                sample("a", 1, "finished", true, 1, 10L, "0.5"),
                sample("b", 1, "finished", true, 1, 10L, null)));
    assertThat(summary.costUsd()).isNull();
    assertThat(summary.inputTokens()).isEqualTo(20);
  }

  @Test
  void nobodyAskedIsNoCost() {
    EvalSummary summary =
        EvalSummary.of(run(1, 1, "mean"), List.of(sample("a", 1, "finished", true, 1, null, null)));
    assertThat(summary.costUsd()).isNull();
    assertThat(summary.inputTokens()).isNull();
  }

  @Test
  void epochsAreReducedCaseByCase() {
    List<EvalSampleRow> samples =
        List.of(
            sample("a", 1, "finished", true, 1, null, null),
            sample("a", 2, "finished", false, 0, null, null),
            sample("a", 3, "finished", false, 0, null, null),
            sample("b", 1, "finished", true, 1, null, null),
            sample("b", 2, "finished", true, 1, null, null),
            sample("b", 3, "error", false, 0, null, null));

    // pass@2: a: 1 - C(2,2)/C(3,2) = 2/3; b: 1 - 0 = 1
    assertThat(EvalSummary.of(run(3, 6, "pass@2"), samples).passed())
        .isCloseTo((2.0 / 3 + 1) / 2, within(1e-12));
    // pass^2: a: 0; b: C(2,2)/C(3,2) = 1/3
    assertThat(EvalSummary.of(run(3, 6, "pass^2"), samples).passed())
        .isCloseTo(1.0 / 6, within(1e-12));
    assertThat(EvalSummary.of(run(3, 6, "mode"), samples).passed()).isEqualTo(0.5);
    assertThat(EvalSummary.of(run(3, 6, "max"), samples).passed()).isEqualTo(1.0);
    assertThat(EvalSummary.of(run(3, 6, "median"), samples).score()).isEqualTo(0.5);
    assertThat(EvalSummary.of(run(3, 6, "mean"), samples).passes()).isEqualTo(new Rate(3, 6));
  }

  @Test
  void aCaseWhoseEpochsAreNotAllThereIsNotReduced() {
    EvalSummary summary =
        EvalSummary.of(
            run(2, 4, "pass^2"),
            List.of(
                sample("a", 1, "finished", true, 1, null, null),
                sample("a", 2, "finished", true, 1, null, null),
                sample("b", 1, "finished", false, 0, null, null)));
    assertThat(summary.passed()).isEqualTo(1.0);
    assertThat(summary.passes()).isEqualTo(new Rate(2, 3));
    assertThat(summary.complete()).isFalse();
  }

  @Test
  void withoutSamplesThereAreNoNumbers() {
    EvalSummary summary = EvalSummary.of(run(1, 2, "mean"), List.of());
    assertThat(summary.passed()).isNull();
    assertThat(summary.score()).isNull();
    assertThat(summary.medianMs()).isNull();
    assertThat(summary.passes().known()).isFalse();
  }

  private static EvalRunRow run(int epochs, int samples, String reducer) {
    return new EvalRunRow(
        7,
        "data_model",
        "g",
        "data.yaml",
        "ab",
        "mock:x",
        "chat",
        epochs,
        samples,
        null,
        RunStatus.COMPLETE,
        NOW,
        NOW,
        "{\"reducer\":\"" + reducer + "\"}",
        "{}",
        new ProcessOwner(new ProcessIdentity(1, 1), "h"));
  }

  private static EvalSampleRow sample(
      String name,
      int epoch,
      String status,
      boolean passed,
      double value,
      Long tokens,
      String usd) {
    return new EvalSampleRow(
        0,
        7,
        name,
        epoch,
        status,
        "{}",
        null,
        null,
        NOW,
        NOW,
        100L * (name.charAt(0) - 'a' + 1),
        tokens,
        tokens,
        null,
        null,
        usd == null ? null : new BigDecimal(usd),
        null,
        null,
        passed,
        value,
        List.of());
  }
}
