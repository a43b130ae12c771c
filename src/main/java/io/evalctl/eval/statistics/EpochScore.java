package io.evalctl.eval.statistics;

/**
 * What one epoch of a case came to.
 *
 * @param value from 0 to 1; 0 for one that erred
 * @param passed never for one that erred
 */
public record EpochScore(double value, boolean passed) {
  public EpochScore {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a value is from 0 to 1, not " + value);
    }
  }
}
