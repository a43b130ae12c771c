package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.CampaignSummary;
import io.evalctl.report.TrialTimeline;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.Timestamps;
import io.evalctl.results.TrialRow;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what the results store holds, as text or as one JSON object. Returns exit codes. */
public final class ResultsPrinter {
  private static final int TRUTH_WIDTH = 42;

  private final Io io;
  private final Style style;
  private final boolean json;

  public ResultsPrinter(Io io, Style style, boolean json) {
    this.io = io;
    this.style = style;
    this.json = json;
  }

  /** Every campaign and every eval run in a line. */
  public int list(ResultsStore store) {
    List<CampaignRow> campaigns = store.campaigns().list();
    Map<Long, Integer> valid = store.trials().validCounts();
    EvalRunList evals = new EvalRunList(store);
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      document.set("evalRuns", evals.json());
      ArrayNode list = document.putArray("campaigns");
      for (CampaignRow row : campaigns) {
        list.addObject()
            .put("id", row.id())
            .put("name", row.name())
            .put("subject", row.subjectName())
            .put("chaosType", row.chaosType())
            .put("agent", row.agent())
            .put("trialsPlanned", row.trialCount())
            .put("trialsValid", valid.getOrDefault(row.id(), 0))
            .put("status", row.status().label())
            .put("createdAt", Timestamps.format(row.createdAt()));
      }
      io.out().println(document);
      return 0;
    }
    Table table =
        new Table()
            .column("campaign", Table.Align.RIGHT)
            .column("created (UTC)", Table.Align.LEFT)
            .column("subject", Table.Align.LEFT)
            .column("chaos", Table.Align.LEFT)
            .column("agent", Table.Align.LEFT)
            .column("trials", Table.Align.RIGHT)
            .column("status", Table.Align.LEFT)
            .column("name", Table.Align.LEFT);
    for (CampaignRow row : campaigns) {
      table.row(
          List.of(
              Long.toString(row.id()),
              EvalRunList.second(row.createdAt()),
              row.subjectName(),
              row.chaosType(),
              row.agent() == null ? "" : row.agent(),
              valid.getOrDefault(row.id(), 0) + "/" + row.trialCount(),
              row.status().label(),
              row.name() == null ? "" : row.name()));
    }
    if (!campaigns.isEmpty() || evals.empty()) {
      table.print(io, style);
    }
    if (!evals.empty()) {
      io.out().print(campaigns.isEmpty() ? "" : "\n");
      evals.table().print(io, style);
    }
    return 0;
  }

  /** One campaign: its trials and its numbers. */
  public int campaign(CampaignReport report) {
    if (json) {
      io.out().println(report.json());
      return 0;
    }
    for (CampaignReport.Entry entry : report.entries()) {
      CampaignRow row = entry.summary().campaign();
      io.out()
          .println(
              style.strong("campaign " + row.id())
                  + "  %s · %s · agent %s · %d/%d trials · seed %d · %s"
                      .formatted(
                          row.subjectName(),
                          row.chaosType(),
                          row.agent(),
                          entry.summary().valid(),
                          entry.summary().planned(),
                          row.seed(),
                          row.status().label()));
      printTrials(entry);
    }
    new SummaryPrinter(io, style).print(report);
    return 0;
  }

  /** What happened in single trials: ground truth on the left, claims on the right. */
  public int timelines(List<TrialTimeline> timelines) {
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ArrayNode list = document.putArray("timelines");
      timelines.forEach(timeline -> list.add(timeline.json()));
      io.out().println(document);
      return 0;
    }
    for (TrialTimeline timeline : timelines) {
      TrialRow trial = timeline.trial();
      io.out()
          .println(
              style.strong("trial " + trial.ordinal())
                  + " of campaign %d: %s, %s arm%s: %s"
                      .formatted(
                          timeline.campaign().id(),
                          timeline.campaign().chaosType(),
                          trial.arm(),
                          trial.attempt() > 1 ? ", attempt " + trial.attempt() : "",
                          trial.outcome()));
      io.out()
          .println(
              style.faint(
                  ("%10s  %-" + TRUTH_WIDTH + "s  %s")
                      .formatted("time", "ground truth", "claims")));
      for (TrialTimeline.Line line : timeline.lines()) {
        String at = String.format(Locale.ROOT, "%+9.3fs", line.secondsSinceOnset());
        io.out()
            .println(
                line.claim()
                    ? at + " ".repeat(TRUTH_WIDTH + 4) + style.accent(line.text())
                    : at + "  " + line.text());
      }
      io.out().println();
    }
    return 0;
  }

  private void printTrials(CampaignReport.Entry entry) {
    CampaignSummary summary = entry.summary();
    TrialLines lines = new TrialLines(style, summary.planned(), summary.arms().size() > 1);
    int position = 0;
    for (TrialRow trial : entry.trials()) {
      boolean invalid = trial.errorCode() != null;
      String role = Json.parse(trial.chaosMetadata()).path("role").asText("");
      String target = trial.target() == null ? "" : trial.target();
      io.out()
          .println(
              lines.finished(
                  trial, position + 1, role.isEmpty() ? target : target + " (" + role + ")"));
      position += invalid ? 0 : 1;
    }
  }
}
