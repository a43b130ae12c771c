package io.evalctl.console;

import io.evalctl.campaign.Outcome;
import io.evalctl.report.ArmSummary;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.CampaignSummary;
import io.evalctl.report.Rate;
import io.evalctl.report.TimeSummary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what a run came to: a row for each arm of each campaign, and where to look further. */
public final class SummaryPrinter {
  private static final String LEGEND =
      "detect: until the first ticket; resolve: until the agent says so; recover: until healthy for"
          + " good; down: no service for clients";

  private final Io io;
  private final Style style;

  public SummaryPrinter(Io io, Style style) {
    this.io = io;
    this.style = style;
  }

  public void print(CampaignReport report) {
    Table table =
        new Table()
            .column("campaign", Table.Align.RIGHT)
            .column("chaos", Table.Align.LEFT)
            .column("arm", Table.Align.LEFT)
            .column("trials", Table.Align.RIGHT)
            .column("success (95% interval)", Table.Align.LEFT)
            .column("detect", Table.Align.RIGHT)
            .column("resolve", Table.Align.RIGHT)
            .column("recover", Table.Align.RIGHT)
            .column("down", Table.Align.RIGHT)
            .column("lost", Table.Align.RIGHT)
            .column("outcomes", Table.Align.LEFT);
    for (CampaignSummary campaign : report.summaries()) {
      for (ArmSummary arm : campaign.arms()) {
        table.row(row(campaign, arm));
      }
    }
    io.out().println();
    table.print(io, style);
    io.out().println();
    boolean censored = report.summaries().stream().anyMatch(SummaryPrinter::anyCensored);
    io.out()
        .println(
            "times are medians"
                + (censored ? "; +N: trials that did not get there by their deadline" : ""));
    io.out().println(LEGEND);
    report.summaries().forEach(this::printOddities);
    new ExplanationPrinter(io, style).print(ShownTerms.remarked(report));
    for (CampaignSummary campaign : report.summaries()) {
      campaign
          .difference()
          .ifPresent(
              difference ->
                  io.out()
                      .println(
                          String.format(
                              Locale.ROOT,
                              "%s: success rate of the agent arm minus the baseline's: %+.0f points",
                              campaign.campaign().chaosType(),
                              100 * difference)));
    }
    io.out().println("results in " + report.store());
    if (!report.summaries().isEmpty()) {
      io.out()
          .println(
              "look closer: evalctl results show "
                  + report.summaries().get(0).campaign().reference()
                  + " --trial 1, or --explain for what each word means");
    }
  }

  /** What makes numbers of this campaign mean less than they seem to. */
  private void printOddities(CampaignSummary campaign) {
    String chaos = campaign.campaign().chaosType();
    for (ArmSummary arm : campaign.arms()) {
      if (arm.collateral() > 0) {
        io.out()
            .printf(
                "%s: collateral damage in %d of the %s arm's trials%n",
                chaos, arm.collateral(), arm.arm().label());
      }
    }
    if (campaign.pairsInDifferentRoles() > 0) {
      io.out()
          .printf(
              "%s: pairs of agent and baseline that hit different roles: %d; their times are not"
                  + " alike%n",
              chaos, campaign.pairsInDifferentRoles());
    }
  }

  private static List<String> row(CampaignSummary campaign, ArmSummary arm) {
    int trials = arm.outcomes().values().stream().mapToInt(Integer::intValue).sum();
    return List.of(
        campaign.campaign().reference().toString(),
        campaign.campaign().chaosType(),
        arm.arm().label(),
        Integer.toString(trials),
        rate(arm.success()),
        time(arm.detect()),
        time(arm.resolve()),
        time(arm.recover()),
        time(arm.unavailable()),
        arm.lost().text(),
        outcomes(arm.outcomes()));
  }

  static String rate(Rate rate) {
    return rate.known() ? share(rate) + interval(rate.lower(), rate.upper()) : "–";
  }

  /** As in "4/5 = 80%". */
  static String share(Rate rate) {
    return "%d/%d = %s%%".formatted(rate.hits(), rate.of(), Percent.number(rate.value()));
  }

  /** What follows a share: " (38–96%)". */
  static String interval(double lower, double upper) {
    return " (%s–%s%%)".formatted(Percent.number(lower), Percent.number(upper));
  }

  private static String time(TimeSummary time) {
    return Seconds.of(time.medianMs()) + (time.censored() > 0 ? " +" + time.censored() : "");
  }

  private static String outcomes(Map<Outcome, Integer> outcomes) {
    return outcomes.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().label())
        .collect(Collectors.joining(", "));
  }

  private static boolean anyCensored(CampaignSummary campaign) {
    return campaign.arms().stream()
        .anyMatch(
            arm ->
                arm.detect().censored() + arm.resolve().censored() + arm.recover().censored() > 0);
  }
}
