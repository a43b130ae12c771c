package io.evalctl.report;

import io.evalctl.eval.statistics.ClusteredMean;
import java.util.Optional;

/**
 * The 95% interval of an eval run's pass rate, and how it came about.
 *
 * @param lower from 0 to 1
 * @param upper from 0 to 1
 */
public record PassInterval(Method method, double lower, double upper) {
  private static final double NORMAL_QUANTILE = 1.96;

  /** How an interval is made. */
  public enum Method {
    /** Wilson's, of samples that are independent: one a case. */
    WILSON("wilson"),
    /** The normal one of the standard error clustered by case, cut at 0 and 1. */
    CLUSTERED("clustered-normal"),
    /** Wilson's with a case as one trial, however often it ran. */
    WILSON_BY_CASE("wilson-by-case");

    private final String label;

    Method(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * Empty when nothing can be said: without samples, or of cases that repeat and are all alike.
   * When every sample passed, or none, the clustered error is 0, which would claim to be certain of
   * it: then cases count as trials.
   */
  static Optional<PassInterval> of(Rate passes, ClusteredMean byCase, int epochs) {
    if (!passes.known()) {
      return Optional.empty();
    }
    if (epochs == 1) {
      return Optional.of(wilson(Method.WILSON, passes));
    }
    if (passes.hits() == 0 || passes.hits() == passes.of()) {
      int cases = byCase.cases();
      return Optional.of(
          wilson(Method.WILSON_BY_CASE, new Rate(passes.hits() == 0 ? 0 : cases, cases)));
    }
    double half = NORMAL_QUANTILE * byCase.standardError().orElse(0);
    return half > 0
        ? Optional.of(
            new PassInterval(
                Method.CLUSTERED,
                Math.max(0, passes.value() - half),
                Math.min(1, passes.value() + half)))
        : Optional.empty();
  }

  private static PassInterval wilson(Method method, Rate rate) {
    return new PassInterval(method, rate.lower(), rate.upper());
  }
}
