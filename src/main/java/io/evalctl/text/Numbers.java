package io.evalctl.text;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * Reads numbers that somebody else wrote. {@code 1e999999999} is a short text and a number that
 * fills the memory as soon as it is made whole, and {@code 1e1000000000000} is none that Java can
 * hold; neither is a quantity. Stateless.
 */
public final class Numbers {
  /** Far beyond what a double can be. */
  private static final int MOST_DIGITS = 1_000;

  /** With a sign, a point and an exponent, and zeros in front. */
  private static final int MOST_LENGTH = 2 * MOST_DIGITS;

  private Numbers() {}

  /** The decimal number that a text is; empty when it is none, or out of range. */
  public static Optional<BigDecimal> read(String text) {
    if (text.length() > MOST_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text)).filter(Numbers::inRange);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The number in a JSON text, however large; one that Java cannot hold becomes the largest or the
   * smallest that it can.
   */
  static BigDecimal clamped(String json) {
    try {
      return new BigDecimal(json);
    } catch (NumberFormatException e) {
      boolean small = json.contains("e-") || json.contains("E-");
      return BigDecimal.valueOf(
          json.startsWith("-") ? -1 : 1, small ? Integer.MAX_VALUE : Integer.MIN_VALUE);
    }
  }

  /** Whether arithmetic can be done with it: at most 1,000 digits, before and after the point. */
  public static boolean inRange(BigDecimal number) {
    return Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= MOST_DIGITS;
  }
}
