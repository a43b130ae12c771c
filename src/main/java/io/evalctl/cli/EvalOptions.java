package io.evalctl.cli;

import io.evalctl.clock.Durations;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.ErrorBudget;
import io.evalctl.eval.EvalRequest;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.report.Thresholds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is run, and what it must reach: the options of {@code evalctl eval} but its places. */
final class EvalOptions {
  @Option(
      names = "--model",
      paramLabel = "SPEC",
      split = SettingsDefaults.LINES,
      hideParamSyntax = true,
      description =
          "PROVIDER:MODEL, mock:FILE, or none for programs that need none. Repeatable: all in"
              + " turn (default: the dataset's; none for task exec).")
  List<String> models = new ArrayList<>();

  @Option(
      names = "--case",
      paramLabel = "GLOB",
      split = SettingsDefaults.LINES,
      hideParamSyntax = true,
      description = "Only cases whose name fits. Repeatable.")
  List<String> cases = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N|A-B",
      description = "Only the first N of them, or those from A to B.")
  String range;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each case runs (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Option(
      names = "--epochs-reducer",
      paramLabel = "HOW",
      defaultValue = "mean",
      description = "mean (default), median, mode, max, pass@K or pass^K.")
  String reducer;

  @Option(
      names = "--migrations",
      paramLabel = "DIR",
      description = "Flyway migrations in the place of the dataset's.")
  Path migrations;

  @Option(
      names = "--allow-outside",
      description = "Let the dataset name files outside its own directory.")
  boolean allowOutside;

  @Option(
      names = "--time-limit",
      paramLabel = "DURATION",
      description = "For each task (default: the dataset's, else 10m).")
  String timeLimit;

  @Option(
      names = "--token-limit",
      paramLabel = "N",
      description = "For each task, input and output together.")
  Long tokenLimit;

  @Option(
      names = "--message-limit",
      paramLabel = "N",
      description = "For each task: answers of the model.")
  Integer messageLimit;

  @Option(
      names = "--cost-limit",
      paramLabel = "USD",
      description = "For each task; the model's price must be known.")
  Double costLimit;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "For the whole run: no sample starts after it, exit 5.")
  String timeout;

  @Option(
      names = "--fail-under",
      paramLabel = "RATE",
      description = "Exit 3 when less than this share passes (0.9 or 90%%); alone decides then.")
  String failUnder;

  @Option(
      names = "--fail-on-error",
      paramLabel = "N|RATE",
      description = "Give up, exit 3, when more samples than this err.")
  String failOnError;

  /** The stored form of what is asked for. */
  EvalRequest request(String dataset, Path directory) {
    return new EvalRequest(
        dataset,
        directory.toAbsolutePath(),
        models,
        cases,
        range,
        epochs,
        reducer,
        migrations == null ? null : directory.resolve(migrations),
        allowOutside,
        new CaseLimits(
            timeLimit == null ? null : positive("--time-limit", timeLimit),
            atLeastOne("--token-limit", tokenLimit),
            costLimit,
            atLeastOne("--message-limit", messageLimit),
            null));
  }

  /** Refuses what cannot be read before anything is done. */
  void check() {
    timeout();
    errorBudget();
    failUnder();
  }

  Duration timeout() {
    return timeout == null ? null : positive("--timeout", timeout);
  }

  ErrorBudget errorBudget() {
    return failOnError == null ? ErrorBudget.UNLIMITED : ErrorBudget.parse(failOnError);
  }

  /** Least share that must pass, or null. */
  Double failUnder() {
    return failUnder == null ? null : (Double) Thresholds.rate(failUnder);
  }

  private static Duration positive(String option, String text) {
    Duration duration = Durations.parse(option, text);
    if (duration.isZero()) {
      throw EvalctlException.usage(option + " must be longer than that", null);
    }
    return duration;
  }

  private static <N extends Number> N atLeastOne(String option, N number) {
    if (number != null && number.longValue() < 1) {
      throw EvalctlException.usage(option + " must be at least 1", null);
    }
    return number;
  }
}
