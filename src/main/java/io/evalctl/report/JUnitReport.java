package io.evalctl.report;

import io.evalctl.campaign.Outcome;
import io.evalctl.eval.SampleStatus;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.RunReference;
import io.evalctl.results.TrialRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results as JUnit XML: a suite for each campaign or eval run, a case for each trial or sample.
 * Invalid trials and samples that erred are errors, what did not pass is a failure, and trials that
 * count in no rate are skipped.
 */
public final class JUnitReport {
  private JUnitReport() {}

  /**
   * Refuses, before anything is run for it, a file that cannot be written.
   *
   * @param file or null where none is wanted
   */
  public static void requireWritable(Path file) {
    if (file != null) {
      JUnitXml.requireWritable(file);
    }
  }

  /**
   * @param thresholds what was asked of the report's runs; each is a case of its own
   */
  public static void write(CampaignReport report, List<Threshold> thresholds, Path file) {
    JUnitXml.write(report.entries().stream().map(entry -> suite(entry, thresholds)).toList(), file);
  }

  /** As above. */
  public static void write(EvalReport report, List<Threshold> thresholds, Path file) {
    JUnitXml.write(report.entries().stream().map(entry -> suite(entry, thresholds)).toList(), file);
  }

  /** The cases of a run, and then one for each threshold that was given. */
  private static List<JUnitXml.Case> cases(
      Stream<JUnitXml.Case> own, RunReference run, List<Threshold> thresholds) {
    return Stream.concat(
            own,
            thresholds.stream()
                .filter(threshold -> threshold.run().equals(run))
                .map(
                    threshold ->
                        new JUnitXml.Case(
                            "threshold " + threshold.name(),
                            Duration.ZERO,
                            threshold.met() ? JUnitXml.Verdict.PASSED : JUnitXml.Verdict.FAILURE,
                            threshold.message())))
        .toList();
  }

  private static JUnitXml.Suite suite(CampaignReport.Entry entry, List<Threshold> thresholds) {
    CampaignRow row = entry.summary().campaign();
    String name = row.subjectName() + "." + row.chaosType();
    return new JUnitXml.Suite(
        name,
        "evalctl." + name,
        row.id(),
        row.createdAt(),
        cases(entry.trials().stream().map(JUnitReport::trial), row.reference(), thresholds));
  }

  private static JUnitXml.Case trial(TrialRow trial) {
    Outcome outcome = Outcome.parse(trial.outcome());
    return new JUnitXml.Case(
        "%s trial %d%s"
            .formatted(
                trial.arm(),
                trial.ordinal(),
                trial.attempt() > 1 ? " attempt " + trial.attempt() : ""),
        Duration.between(trial.startedAt(), trial.endedAt()),
        verdict(outcome),
        outcome == Outcome.INVALID ? trial.errorMessage() : trial.outcome());
  }

  private static JUnitXml.Verdict verdict(Outcome outcome) {
    if (outcome == Outcome.INVALID) {
      return JUnitXml.Verdict.ERROR;
    }
    if (outcome.bad()) {
      return JUnitXml.Verdict.FAILURE;
    }
    return outcome == Outcome.NO_IMPACT || outcome == Outcome.LIFTED
        ? JUnitXml.Verdict.SKIPPED
        : JUnitXml.Verdict.PASSED;
  }

  private static JUnitXml.Suite suite(EvalReport.Entry entry, List<Threshold> thresholds) {
    EvalRunRow row = entry.summary().run();
    return new JUnitXml.Suite(
        row.name(),
        "evalctl." + row.name(),
        row.id(),
        row.createdAt(),
        cases(
            entry.samples().stream().map(sample -> sample(sample, row.epochs())),
            row.reference(),
            thresholds));
  }

  private static JUnitXml.Case sample(EvalSampleRow sample, int epochs) {
    boolean failed = SampleStatus.parse(sample.status()).failed();
    return new JUnitXml.Case(
        sample.caseName() + (epochs > 1 ? " epoch " + sample.epoch() : ""),
        Duration.between(sample.startedAt(), sample.endedAt()),
        failed
            ? JUnitXml.Verdict.ERROR
            : sample.passed() ? JUnitXml.Verdict.PASSED : JUnitXml.Verdict.FAILURE,
        failed ? sample.errorCode() + ": " + sample.errorMessage() : reasons(sample));
  }

  /** What the scorers that were not content said. */
  private static String reasons(EvalSampleRow sample) {
    String reasons =
        sample.scores().stream()
            .filter(score -> !score.passed())
            .map(score -> score.scorer() + ": " + score.reason())
            .collect(Collectors.joining("; "));
    return reasons.isEmpty() ? sample.status() : reasons;
  }
}
