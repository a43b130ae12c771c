package io.evalctl.report;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * A share of trials with its 95% Wilson score interval (E. B. Wilson, "Probable inference, the law
 * of succession, and statistical inference", JASA 22, 1927).
 *
 * @param hits successes
 * @param of trials that count; 0 when there is no rate
 */
public record Rate(int hits, int of) {
  private static final double ERROR_RATE = 0.05;

  public boolean known() {
    return of > 0;
  }

  /** NaN when nothing counts. */
  public double value() {
    return known() ? (double) hits / of : Double.NaN;
  }

  public double lower() {
    return interval().getLowerBound();
  }

  public double upper() {
    return interval().getUpperBound();
  }

  private Interval interval() {
    return BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(of, hits, ERROR_RATE);
  }
}
