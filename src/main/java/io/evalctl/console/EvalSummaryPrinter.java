package io.evalctl.console;

import io.evalctl.eval.SampleStatus;
import io.evalctl.report.EvalReport;
import io.evalctl.report.EvalSummary;
import io.evalctl.text.Plural;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what runs came to: a row for each model, and where to look further. */
public final class EvalSummaryPrinter {
  private final Io io;
  private final Style style;

  public EvalSummaryPrinter(Io io, Style style) {
    this.io = io;
    this.style = style;
  }

  public void print(EvalReport report) {
    boolean epochs = report.summaries().stream().anyMatch(run -> run.run().epochs() > 1);
    Table table =
        new Table()
            .column("eval", Table.Align.RIGHT)
            .column("model", Table.Align.LEFT)
            .column("samples", Table.Align.RIGHT)
            .column("passed (95% interval)", Table.Align.LEFT);
    if (epochs) {
      table.column("over epochs", Table.Align.LEFT);
    }
    table
        .column("score", Table.Align.RIGHT)
        .column("errors", Table.Align.RIGHT)
        .column("limits", Table.Align.RIGHT)
        .column("task", Table.Align.RIGHT)
        .column("tokens", Table.Align.RIGHT)
        .column("cost", Table.Align.RIGHT);
    report.summaries().forEach(summary -> table.row(row(summary, epochs)));
    io.out().println();
    table.print(io, style);
    io.out().println();
    for (EvalSummary summary : report.summaries()) {
      if (summary.errors() > 0) {
        io.out()
            .println(
                "%s: %s erred (%s); %s as not passed"
                    .formatted(
                        summary.run().reference(),
                        Plural.of(summary.errors(), "sample"),
                        kinds(summary),
                        summary.errors() == 1 ? "it counts" : "they count"));
      }
    }
    io.out().println("task: median time of the task alone; tokens: input + output");
    io.out().println("results in " + report.store());
    if (!report.summaries().isEmpty()) {
      io.out()
          .println(
              "look closer: evalctl results show " + report.summaries().get(0).run().reference());
    }
  }

  private static List<String> row(EvalSummary summary, boolean epochs) {
    List<String> cells = new ArrayList<>();
    cells.add(summary.run().reference().toString());
    cells.add(summary.run().model());
    cells.add(
        summary.complete()
            ? Integer.toString(summary.samples())
            : summary.samples() + "/" + summary.run().sampleCount());
    cells.add(passed(summary));
    if (epochs) {
      cells.add(
          summary.passed() == null
              ? "–"
              : String.format(Locale.ROOT, "%s %.3f", summary.reducer(), summary.passed()));
    }
    cells.add(summary.score() == null ? "–" : String.format(Locale.ROOT, "%.3f", summary.score()));
    cells.add(Integer.toString(summary.errors()));
    cells.add(Integer.toString(summary.statuses().getOrDefault(SampleStatus.LIMIT, 0)));
    cells.add(Seconds.of(summary.medianMs()));
    cells.add(
        summary.inputTokens() == null || summary.outputTokens() == null
            ? "–"
            : summary.inputTokens() + " + " + summary.outputTokens());
    cells.add(Dollars.of(summary.costUsd()));
    return cells;
  }

  private static String passed(EvalSummary summary) {
    return summary.passes().known()
        ? SummaryPrinter.share(summary.passes())
            + summary
                .interval()
                .map(known -> SummaryPrinter.interval(known.lower(), known.upper()))
                .orElse("")
        : "–";
  }

  private static String kinds(EvalSummary summary) {
    return summary.statuses().entrySet().stream()
        .filter(entry -> entry.getKey().failed())
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue() + " " + entry.getKey().label())
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }
}
