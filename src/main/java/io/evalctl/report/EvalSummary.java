package io.evalctl.report;

import io.evalctl.eval.SampleCost;
import io.evalctl.eval.SampleStatus;
import io.evalctl.eval.statistics.ClusteredMean;
import io.evalctl.eval.statistics.EpochScore;
import io.evalctl.eval.statistics.Reducer;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An eval run in numbers, computed from its rows alone. A sample that erred counts as not passed.
 *
 * @param passes passed samples of all samples that ran
 * @param meanPass pass rate with its standard error clustered by case; says the same as {@code
 *     passes} where there is one epoch
 * @param reducer the label of what makes one number of a case's epochs
 * @param passed mean over the cases of their reduced passes (0 or 1 each): the headline
 * @param score mean over the cases of their reduced values
 * @param medianMs of the tasks' durations, or null
 * @param inputTokens of the tasks; null when those of any are unknown
 * @param outputTokens of the tasks; null when those of any are unknown
 * @param costUsd of all samples; null when that of any is unknown
 */
public record EvalSummary(
    EvalRunRow run,
    int samples,
    Map<SampleStatus, Integer> statuses,
    Rate passes,
    ClusteredMean meanPass,
    String reducer,
    Double passed,
    Double score,
    Double medianMs,
    Long inputTokens,
    Long outputTokens,
    BigDecimal costUsd) {

  public static EvalSummary of(EvalRunRow run, List<EvalSampleRow> samples) {
    String label = Json.parse(run.configJson()).path("reducer").asText("mean");
    Reducer reducer = Reducer.parse(label);
    Map<String, List<EvalSampleRow>> cases =
        samples.stream()
            .collect(
                Collectors.groupingBy(
                    EvalSampleRow::caseName, LinkedHashMap::new, Collectors.toList()));
    // A case whose epochs are not all there would be reduced to another number than planned.
    List<List<EvalSampleRow>> whole =
        cases.values().stream().filter(rows -> rows.size() == run.epochs()).toList();
    SampleCost cost = SampleCost.of(samples);
    return new EvalSummary(
        run,
        samples.size(),
        statuses(samples),
        new Rate((int) samples.stream().filter(EvalSampleRow::passed).count(), samples.size()),
        ClusteredMean.of(
            cases.values().stream()
                .map(rows -> rows.stream().map(EvalSummary::pass).toList())
                .toList()),
        label,
        mean(whole, reducer, row -> new EpochScore(pass(row), row.passed())),
        mean(whole, reducer, row -> new EpochScore(row.value(), row.passed())),
        median(samples.stream().mapToDouble(EvalSampleRow::durationMs).sorted().toArray()),
        cost.inputTokens(),
        cost.outputTokens(),
        cost.usd());
  }

  /** Samples about which nothing can be said. */
  public int errors() {
    return statuses.entrySet().stream()
        .filter(entry -> entry.getKey().failed())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** The 95% interval of {@link #passes}; samples of one case are not independent. */
  public Optional<PassInterval> interval() {
    return PassInterval.of(passes, meanPass, run.epochs());
  }

  public boolean complete() {
    return samples == run.sampleCount();
  }

  private static double pass(EvalSampleRow row) {
    return row.passed() ? 1 : 0;
  }

  private static Map<SampleStatus, Integer> statuses(List<EvalSampleRow> samples) {
    Map<SampleStatus, Integer> counts = new EnumMap<>(SampleStatus.class);
    samples.forEach(row -> counts.merge(SampleStatus.parse(row.status()), 1, Integer::sum));
    return counts;
  }

  private static Double mean(
      List<List<EvalSampleRow>> cases, Reducer reducer, Function<EvalSampleRow, EpochScore> score) {
    return cases.isEmpty()
        ? null
        : (Double)
            cases.stream()
                .mapToDouble(rows -> reducer.reduce(rows.stream().map(score).toList()))
                .average()
                .orElseThrow();
  }

  private static Double median(double[] sorted) {
    return sorted.length == 0
        ? null
        : (Double) org.apache.commons.statistics.descriptive.Median.withDefaults().evaluate(sorted);
  }
}
