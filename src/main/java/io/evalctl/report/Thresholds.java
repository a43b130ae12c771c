package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Share;
import java.math.BigDecimal;
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
  /**
   * A mean of thirds and sevenths misses its true value in the last of a double's 16 digits. Rates
   * that do differ lie much further apart.
   */
  private static final double ROUNDING = 1e-12;

  private static final int MOST_DIGITS = 12;

  /** Reads {@code 0.9} or {@code 90%}. */
  public static double rate(String text) {
    return Share.parse(text)
        .map(BigDecimal::doubleValue)
        .orElseThrow(
            () ->
                EvalctlException.usage(
                    "--fail-under cannot be '" + text + "'",
                    "give a rate from 0 to 1, or a percentage"));
  }

  /** Whether a rate reaches the least that it may be. */
  public static boolean met(double rate, double least) {
    return rate >= least - ROUNDING;
  }

  /**
   * Says of a rate that it is too low, with as many digits as it takes to see that it is.
   *
   * @param what the rate is of: {@code passed}
   */
  public static String below(double rate, String what, double least) {
    String low;
    String high;
    int digits = 1;
    do {
      low = percent(rate, digits);
      high = percent(least, digits);
    } while (low.equals(high) && ++digits <= MOST_DIGITS);
    return low + " " + what + ", below " + high;
  }

  private static String percent(double rate, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f%%", 100 * rate);
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
    } else if (!met(arm.success().value(), failUnder)) {
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
