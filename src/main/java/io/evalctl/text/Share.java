package io.evalctl.text;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A share of a whole, as people write it. It is read as the decimal number that it is: 99.9%
 * divided by 100 in binary is a little more than 999 of 1000. Stateless.
 */
public final class Share {
  private static final int MOST_LENGTH = 40;
  private static final int PERCENT_DIGITS = 2;

  private Share() {}

  /** Reads {@code 0.9} or {@code 90%}; empty when it is no number from 0 to 1. */
  public static Optional<BigDecimal> parse(String text) {
    String digits = text.strip();
    boolean percent = digits.endsWith("%");
    if (digits.length() > MOST_LENGTH) {
      return Optional.empty();
    }
    try {
      BigDecimal number =
          new BigDecimal(percent ? digits.substring(0, digits.length() - 1) : digits);
      BigDecimal share = percent ? number.movePointLeft(PERCENT_DIGITS) : number;
      return Optional.of(share)
          .filter(each -> each.signum() >= 0 && each.compareTo(BigDecimal.ONE) <= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
