package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.CampaignSummary;
import io.evalctl.report.Explanation;
import io.evalctl.report.Explanations;
import io.evalctl.report.NumberedTrial;
import io.evalctl.report.TrialTimeline;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.TrialRow;
import io.evalctl.text.Plural;
import java.util.List;
import java.util.Locale;

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
    RunList runs = new RunList(store);
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      runs.write(document);
      io.out().println(document);
    } else {
      runs.table().print(io, style);
    }
    return 0;
  }

  /**
   * One campaign: its trials and its numbers.
   *
   * @param explain whether every word is explained that is shown
   */
  public int campaign(CampaignReport report, boolean explain) {
    List<Explanation> explanations = explain ? ShownTerms.all(report) : List.of();
    if (json) {
      ObjectNode document = report.json();
      if (explain) {
        ExplanationPrinter.write(explanations, document.putObject("explanations"));
      }
      io.out().println(document);
      return 0;
    }
    for (CampaignReport.Entry entry : report.entries()) {
      CampaignRow row = entry.summary().campaign();
      io.out()
          .println(
              style.strong(row.reference().toString())
                  + "  %s · %s · %s · %d of %s · seed %d · %s"
                      .formatted(
                          row.subjectName(),
                          row.chaosType(),
                          row.baseline() ? "no agent" : "agent " + row.agent(),
                          entry.summary().valid(),
                          Plural.of(entry.summary().planned(), "trial"),
                          row.seed(),
                          row.status().label()));
      printTrials(entry);
    }
    new SummaryPrinter(io, style).print(report);
    if (explain) {
      io.out().println();
      new ExplanationPrinter(io, style).print(explanations);
    }
    return 0;
  }

  /** Every word that a campaign's results may show. */
  public int explain() {
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ExplanationPrinter.write(Explanations.all(), document.putObject("explanations"));
      io.out().println(document);
    } else {
      new ExplanationPrinter(io, style).print(Explanations.all());
    }
    return 0;
  }

  /**
   * What happened in single trials: ground truth on the left, claims on the right.
   *
   * @param number of the trial, and of its invalid attempts
   */
  public int timelines(int number, List<TrialTimeline> timelines) {
    if (json) {
      ObjectNode document = Json.object().put("schemaVersion", 1);
      ArrayNode list = document.putArray("timelines");
      timelines.forEach(timeline -> list.add(timeline.json().put("number", number)));
      io.out().println(document);
      return 0;
    }
    for (TrialTimeline timeline : timelines) {
      TrialRow trial = timeline.trial();
      io.out()
          .println(
              style.strong("trial " + number)
                  + " of %s: %s, %s arm%s: %s"
                      .formatted(
                          timeline.campaign().reference(),
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
    for (NumberedTrial numbered : NumberedTrial.of(entry.trials())) {
      TrialRow trial = numbered.trial();
      String role = Json.parse(trial.chaosMetadata()).path("role").asText("");
      String target = trial.target() == null ? "" : trial.target();
      io.out()
          .println(
              lines.finished(
                  trial, numbered.number(), role.isEmpty() ? target : target + " (" + role + ")"));
    }
  }
}
