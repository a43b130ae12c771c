package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a campaign must reach to pass.
 *
 * @param failUnder least success rate, 0 to 1, or null
 * @param maxTtr greatest median time to recover, or null
 */
public record Thresholds(Double failUnder, Duration maxTtr) {

  /** Reads {@code 0.9} or {@code 90%}. */
  public static double rate(String text) {
    String digits = text.strip();
    boolean percent = digits.endsWith("%");
    try {
      double value =
          Double.parseDouble(percent ? digits.substring(0, digits.length() - 1) : digits);
      double rate = percent ? value / 100 : value;
      if (rate >= 0 && rate <= 1) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // the same message serves
    }
    throw EvalctlException.usage(
        "--fail-under cannot be '" + text + "'", "give a rate from 0 to 1, or a percentage");
  }

  /** What was not reached, a line each; empty when it passed. */
  public List<String> failures(CampaignReport report) {
    List<String> failures = new ArrayList<>();
    for (CampaignSummary campaign : report.summaries()) {
      ArmSummary judged =
          campaign.arm(Arm.AGENT).or(() -> campaign.arms().stream().findFirst()).orElse(null);
      if (judged != null) {
        checkRate(campaign, judged, failures);
        checkTime(campaign, judged, failures);
      }
    }
    return failures;
  }

  private void checkRate(CampaignSummary campaign, ArmSummary arm, List<String> failures) {
    if (failUnder == null) {
      return;
    }
    if (!arm.success().known()) {
      failures.add(
          "%s: no trial counts for the success rate, so --fail-under %s cannot be met"
              .formatted(campaign.campaign().chaosType(), failUnder));
    } else if (arm.success().value() < failUnder) {
      failures.add(
          String.format(
              Locale.ROOT,
              "%s: success rate %.1f%% (%s arm) is below %.1f%%",
              campaign.campaign().chaosType(),
              100 * arm.success().value(),
              arm.arm().label(),
              100 * failUnder));
    }
  }

  private void checkTime(CampaignSummary campaign, ArmSummary arm, List<String> failures) {
    if (maxTtr == null) {
      return;
    }
    TimeSummary recover = arm.recover();
    // With half of the trials or more censored the true median lies beyond every time measured.
    boolean mostlyCensored = recover.censored() >= recover.reached();
    if (recover.reached() + recover.censored() > 0
        && (mostlyCensored || recover.medianMs() > maxTtr.toMillis())) {
      failures.add(
          String.format(
              Locale.ROOT,
              "%s: median time to recover %s is above %.2fs",
              campaign.campaign().chaosType(),
              mostlyCensored
                  ? "(most did not recover)"
                  : String.format(Locale.ROOT, "%.2fs", recover.medianMs() / 1e3),
              maxTtr.toMillis() / 1e3));
    }
  }
}
