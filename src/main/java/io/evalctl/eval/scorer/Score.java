package io.evalctl.eval.scorer;

import java.util.Objects;

/**
 * What a scorer says of one sample.
 *
 * @param value from 0 to 1
 * @param reason in a sentence, never null
 */
public record Score(double value, boolean passed, String reason) {
  private static final int MOST_REASON = 2_000;

  public Score {
    Objects.requireNonNull(reason);
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a score's value is from 0 to 1, not " + value);
    }
    if (reason.length() > MOST_REASON) {
      reason = reason.substring(0, MOST_REASON) + "...";
    }
  }

  static Score pass(String reason) {
    return new Score(1, true, reason);
  }

  static Score fail(String reason) {
    return new Score(0, false, reason);
  }

  static Score of(boolean passed, String reason) {
    return passed ? pass(reason) : fail(reason);
  }
}
