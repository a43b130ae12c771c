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
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
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
  void aClaimThatIsNotWholeMakesItsSumUnknown() {
    EvalSummary summary =
        EvalSummary.of(
            run(1, 3, "mean"),
            List.of(
                claim("a", 5L, 7L, "0.5", "{}"),
                claim("b", null, 9L, null, "{}"),
                claim("c", 3L, 4L, "0.1", "{}")));
    assertThat(summary.inputTokens()).isNull();
    assertThat(summary.outputTokens()).isEqualTo(20);
    assertThat(summary.costUsd()).isNull();

    EvalSummary empty =
        EvalSummary.of(
            run(1, 2, "mean"),
            List.of(
                claim("a", 5L, 7L, "0.5", "{}"),
                claim("b", null, null, null, "{\"detail\":{\"claimedUsage\":{}}}")));
    assertThat(empty.inputTokens()).isNull();
    assertThat(empty.costUsd()).isNull();
  }

  @Test
  void aJudgeOfUnknownPriceMakesTheCostUnknown() {
    String judged = "{\"judging\":{\"inputTokens\":5,\"costUsd\":null}}";
    EvalSummary summary =
        EvalSummary.of(
            run(1, 2, "mean"),
            List.of(claim("a", 5L, 7L, "0.5", "{}"), claim("b", null, null, null, judged)));
    assertThat(summary.costUsd()).isNull();
    assertThat(summary.inputTokens()).as("tokens are the tasks' alone").isEqualTo(5);

    EvalSummary known =
        EvalSummary.of(
            run(1, 2, "mean"),
            List.of(claim("a", 5L, 7L, "0.5", "{}"), claim("b", null, null, "0.25", judged)));
    assertThat(known.costUsd()).isEqualByComparingTo("0.75");
    assertThat(known.inputTokens()).isEqualTo(5);
  }

  @Test
  void theIntervalKnowsWhatIsIndependent() {
    PassInterval one =
        EvalSummary.of(
                run(1, 2, "mean"),
                List.of(
                    sample("a", 1, "finished", true, 1, null, null),
                    sample("b", 1, "finished", true, 1, null, null)))
            .interval()
            .orElseThrow();
    assertThat(one.method()).isEqualTo(PassInterval.Method.WILSON);

    // Two of two cases, however often each ran: 2 / (2 + 1.96²)
    PassInterval alike =
        EvalSummary.of(run(3, 6, "mean"), epochs("aaabbb", "++++++")).interval().orElseThrow();
    assertThat(alike.method()).isEqualTo(PassInterval.Method.WILSON_BY_CASE);
    assertThat(alike.lower()).isCloseTo(0.342380, within(1e-6)).isEqualTo(one.lower());
    assertThat(alike.upper()).isCloseTo(1, within(1e-9));

    // Mean 2/3; a deviates by 3 * 1/3, b by -1: sqrt(2/1 * 2 / 36) = 1/3
    PassInterval clustered =
        EvalSummary.of(run(3, 6, "mean"), epochs("aaabbb", "++++--")).interval().orElseThrow();
    assertThat(clustered.method()).isEqualTo(PassInterval.Method.CLUSTERED);
    assertThat(clustered.lower()).isCloseTo(2.0 / 3 - 1.96 / 3, within(1e-9));
    assertThat(clustered.upper()).isEqualTo(1);

    assertThat(EvalSummary.of(run(2, 4, "mean"), epochs("aabb", "+-+-")).interval())
        .as("cases that are all alike tell nothing of others")
        .isEmpty();
    assertThat(EvalSummary.of(run(2, 4, "mean"), List.of()).interval()).isEmpty();
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

  /** Three of four samples pass, and one errs. */
  static EvalReport threeOfFour() {
    List<EvalSampleRow> samples =
        List.of(
            sample("a", 1, "finished", true, 1, 10L, "0.5"),
            sample("b", 1, "finished", true, 1, 20L, "0.25"),
            sample("c", 1, "error", false, 0, null, null),
            sample("d", 1, "limit", true, 1, 30L, "0.25"));
    return new EvalReport(
        Path.of("eval.db"),
        List.of(new EvalReport.Entry(EvalSummary.of(run(1, 4, "mean"), samples), samples)));
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

  /** A sample for each letter of the names, passed where there is a plus. */
  private static List<EvalSampleRow> epochs(String names, String passes) {
    return IntStream.range(0, names.length())
        .mapToObj(
            i ->
                sample(
                    names.substring(i, i + 1),
                    i + 1,
                    "finished",
                    passes.charAt(i) == '+',
                    passes.charAt(i) == '+' ? 1 : 0,
                    null,
                    null))
        .toList();
  }

  private static EvalSampleRow claim(
      String name, Long input, Long output, String usd, String result) {
    return sample(name, 1, "finished", true, 1, input, output, usd, result);
  }

  private static EvalSampleRow sample(
      String name,
      int epoch,
      String status,
      boolean passed,
      double value,
      Long tokens,
      String usd) {
    return sample(name, epoch, status, passed, value, tokens, tokens, usd, "{}");
  }

  private static EvalSampleRow sample(
      String name,
      int epoch,
      String status,
      boolean passed,
      double value,
      Long input,
      Long output,
      String usd,
      String result) {
    return new EvalSampleRow(
        0,
        7,
        name,
        epoch,
        status,
        result,
        null,
        null,
        NOW,
        NOW,
        100L * (name.charAt(0) - 'a' + 1),
        input,
        output,
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
