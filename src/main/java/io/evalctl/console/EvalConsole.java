package io.evalctl.console;

import io.evalctl.clock.TimeSource;
import io.evalctl.eval.EvalListener;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.SampleCost;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.report.EvalReport;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.RunStatus;
import io.evalctl.text.Plural;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A run's progress on stderr, and its summary on stdout: a line for each sample, and on a terminal
 * a live one for that which runs. The listener's methods are called by the thread that runs; the
 * live line has a thread of its own.
 */
public final class EvalConsole implements EvalListener, AutoCloseable {
  private final Io io;
  private final Style style;
  private final boolean quiet;
  private final boolean verbose;
  private final TimeSource time;
  private final StatusLine status;

  private SampleLines lines;
  private int total;
  private int position;
  private int passed;
  private int ranNow;
  private SampleCost cost;
  private long startNanos;

  public EvalConsole(Io io, Style style, boolean quiet, boolean verbose, TimeSource time) {
    this.io = io;
    this.style = style;
    this.quiet = quiet;
    this.verbose = verbose && !quiet;
    this.time = time;
    this.status = quiet ? StatusLine.silent() : StatusLine.on(io, style, time);
  }

  @Override
  public void runStarted(EvalRunRow run, EvalPlan plan, List<EvalSampleRow> done) {
    total = run.sampleCount();
    position = done.size();
    passed = (int) done.stream().filter(EvalSampleRow::passed).count();
    ranNow = 0;
    cost = SampleCost.of(done);
    startNanos = time.nanoTime();
    lines =
        new SampleLines(
            style, total, run.epochs(), plan.cases().stream().map(EvalCase::name).toList());
    if (!quiet) {
      status.print(
          style.strong(run.reference().toString())
              + "  %s · %s · %s · %s%s"
                  .formatted(
                      plan.dataset().name(),
                      run.model(),
                      run.task(),
                      Plural.of(total, "sample"),
                      position > 0 && run.status() != RunStatus.COMPLETE
                          ? " · resumed, " + position + " done"
                          : ""));
    }
  }

  @Override
  public void activity(String caseName, int epoch, String what, Duration limit) {
    if (quiet) {
      return;
    }
    EvalProgress progress = progress();
    Supplier<String> line =
        () -> lines.running(progress.done() + 1, caseName, epoch, what, progress.text());
    if (verbose) {
      status.print(line.get());
    }
    status.update(line, limit);
  }

  @Override
  public void sampleFinished(EvalSampleRow sample) {
    position++;
    ranNow++;
    passed += sample.passed() ? 1 : 0;
    cost.add(sample);
    if (!quiet) {
      status.print(lines.finished(sample, position));
    }
  }

  @Override
  public void runFinished(EvalRunRow run) {
    status.clear();
  }

  /** Says one line in passing. */
  public void note(String text) {
    if (!quiet) {
      status.print("  " + style.faint("· " + text));
    }
  }

  /** Says which threshold was missed, to somebody who wants to hear of nothing else, too. */
  public void missed(String text) {
    status.clear();
    io.err().println(style.warn("!") + " " + text);
  }

  @Override
  public void warning(String text) {
    if (!quiet) {
      status.print(style.warn("!") + " " + text);
    }
  }

  /** Prints the summary of all runs to stdout. */
  public void summary(EvalReport report) {
    status.clear();
    new EvalSummaryPrinter(io, style).print(report);
  }

  @Override
  public void close() {
    status.close();
  }

  private EvalProgress progress() {
    double seconds = ranNow == 0 ? 0 : (time.nanoTime() - startNanos) / 1e9 / ranNow;
    return new EvalProgress(position, passed, total, seconds, cost.usd());
  }
}
