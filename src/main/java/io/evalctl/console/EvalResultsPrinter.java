package io.evalctl.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.report.EvalReport;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import java.util.List;
import java.util.Locale;

/** Prints eval runs from the results store, as text or as one JSON object. Returns exit codes. */
public final class EvalResultsPrinter {
  private final Io io;
  private final Style style;
  private final boolean json;

  public EvalResultsPrinter(Io io, Style style, boolean json) {
    this.io = io;
    this.style = style;
    this.json = json;
  }

  /** One run: its samples and its numbers. */
  public int run(EvalReport report) {
    if (json) {
      io.out().println(report.json());
      return 0;
    }
    for (EvalReport.Entry entry : report.entries()) {
      EvalRunRow run = entry.summary().run();
      io.out().println(title(run) + " · %s".formatted(run.status().label()));
      SampleLines lines =
          new SampleLines(
              style,
              run.sampleCount(),
              run.epochs(),
              entry.samples().stream().map(EvalSampleRow::caseName).toList());
      int position = 0;
      for (EvalSampleRow sample : entry.samples()) {
        io.out().println(lines.finished(sample, ++position));
      }
    }
    new EvalSummaryPrinter(io, style).print(report);
    return 0;
  }

  /** Single samples, whole. */
  public int samples(EvalReport report) {
    if (json) {
      io.out().println(report.json());
      return 0;
    }
    for (EvalReport.Entry entry : report.entries()) {
      for (EvalSampleRow sample : entry.samples()) {
        print(entry.summary().run(), sample);
      }
    }
    return 0;
  }

  private String title(EvalRunRow run) {
    return style.strong(run.reference().toString()) + "  %s · %s".formatted(run.name(), run.task());
  }

  private void print(EvalRunRow run, EvalSampleRow sample) {
    io.out()
        .println(
            "%s · %s%s"
                .formatted(
                    title(run),
                    sample.caseName(),
                    run.epochs() > 1 ? " · epoch " + sample.epoch() : ""));
    line("status", sample.status() + (sample.passed() ? ", passed" : ", not passed"));
    line("task", Seconds.of(sample.durationMs()));
    if (sample.cloneMs() != null) {
      line("database", "ready after %s".formatted(Seconds.of(sample.cloneMs())));
    }
    if (sample.inputTokens() != null) {
      line("tokens", sample.inputTokens() + " in, " + sample.outputTokens() + " out");
      line("cost", Dollars.of(sample.costUsd()));
    }
    if (sample.errorMessage() != null) {
      line(sample.errorCode(), sample.errorMessage());
    }
    for (EvalSampleRow.Score score : sample.scores()) {
      line(
          score.scorer(),
          String.format(
              Locale.ROOT,
              "%s %.3f  %s",
              score.passed() ? style.good("✓") : style.bad("✗"),
              score.value(),
              score.reason() == null ? "" : score.reason()));
    }
    if (sample.tracePath() != null) {
      line("trace", sample.tracePath());
    }
    JsonNode output = Json.parse(sample.outputJson()).path("output");
    io.out().println(style.faint("  output"));
    List<String> lines =
        (output.isTextual() ? output.textValue() : output.toString()).lines().toList();
    lines.forEach(text -> io.out().println("    " + text));
    io.out().println();
  }

  private void line(String label, String text) {
    io.out().println("  %-10s %s".formatted(label, text));
  }
}
