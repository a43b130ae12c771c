package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.ErrorBudget;
import io.evalctl.text.Plural;
import io.evalctl.text.Share;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a campaign or an eval run must reach to pass.
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
  private static final String FAIL_UNDER = "fail-under";

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

  /** What was asked of each campaign, and what came of it. */
  public List<Threshold> of(CampaignReport report) {
    List<Threshold> thresholds = new ArrayList<>();
    for (CampaignSummary campaign : report.summaries()) {
      ArmSummary judged =
          campaign.arm(Arm.AGENT).or(() -> campaign.arms().stream().findFirst()).orElse(null);
      if (judged != null && failUnder != null) {
        thresholds.add(rate(campaign, judged));
      }
      if (judged != null && maxTtr != null) {
        thresholds.add(time(campaign, judged));
      }
    }
    return thresholds;
  }

  /** What was asked of each eval run, and what came of it. */
  public List<Threshold> of(EvalReport report, ErrorBudget errors) {
    List<Threshold> thresholds = new ArrayList<>();
    for (EvalSummary run : report.summaries()) {
      if (failUnder != null) {
        thresholds.add(rate(run));
      }
      if (!errors.equals(ErrorBudget.UNLIMITED)) {
        thresholds.add(errors(run, errors));
      }
    }
    return thresholds;
  }

  /** What was not reached, a line each; empty when it passed. */
  public static List<String> failures(List<Threshold> thresholds) {
    return thresholds.stream()
        .filter(threshold -> !threshold.met())
        .map(Threshold::message)
        .toList();
  }

  private Threshold rate(CampaignSummary campaign, ArmSummary arm) {
    boolean known = arm.success().known();
    boolean met = known && met(arm.success().value(), failUnder);
    String message =
        known
            ? String.format(
                Locale.ROOT,
                "success rate %.1f%% (%s arm) is below %.1f%%",
                100 * arm.success().value(),
                arm.arm().label(),
                100 * failUnder)
            : "no trial counts for the success rate, so --fail-under %s cannot be met"
                .formatted(failUnder);
    return new Threshold(
        FAIL_UNDER,
        campaign.campaign().reference(),
        failUnder,
        known ? arm.success().value() : null,
        met,
        campaign.campaign().chaosType() + ": " + message);
  }

  private Threshold time(CampaignSummary campaign, ArmSummary arm) {
    TimeSummary recover = arm.recover();
    // With half of the trials or more censored the true median lies beyond every time measured.
    boolean measured = recover.reached() + recover.censored() > 0;
    boolean mostlyCensored = measured && recover.censored() >= recover.reached();
    Double median = mostlyCensored ? null : recover.medianMs();
    return new Threshold(
        "max-ttr",
        campaign.campaign().reference(),
        maxTtr.toMillis(),
        median,
        !measured || median != null && median <= maxTtr.toMillis(),
        String.format(
            Locale.ROOT,
            "%s: median time to recover %s is above %.2fs",
            campaign.campaign().chaosType(),
            median == null
                ? "(most did not recover)"
                : String.format(Locale.ROOT, "%.2fs", median / 1e3),
            maxTtr.toMillis() / 1e3));
  }

  private Threshold rate(EvalSummary run) {
    return new Threshold(
        FAIL_UNDER,
        run.run().reference(),
        failUnder,
        run.passed(),
        run.passed() != null && met(run.passed(), failUnder),
        run.run().name()
            + ": "
            + (run.passed() == null
                ? "no case ran in all its epochs"
                : below(run.passed(), "passed", failUnder)));
  }

  private static Threshold errors(EvalSummary run, ErrorBudget budget) {
    int planned = run.run().sampleCount();
    boolean rate = budget.rate() != null;
    return new Threshold(
        Threshold.FAIL_ON_ERROR,
        run.run().reference(),
        rate ? budget.rate().doubleValue() : budget.most(),
        rate ? (double) run.errors() / planned : (double) run.errors(),
        !budget.exceeded(run.errors(), planned),
        "%s: %d of %s erred, more than --fail-on-error allows; evalctl results show %s tells why"
            .formatted(
                run.run().name(),
                run.errors(),
                Plural.of(planned, "sample"),
                run.run().reference()));
  }
}
