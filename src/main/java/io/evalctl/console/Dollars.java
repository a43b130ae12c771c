package io.evalctl.console;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Costs as the console shows them. */
final class Dollars {
  private static final BigDecimal CENT = new BigDecimal("0.01");

  private Dollars() {}

  /** US dollars: whole cents, or two significant digits below one; a dash for null. */
  static String of(BigDecimal usd) {
    if (usd == null) {
      return "–";
    }
    BigDecimal shown =
        usd.signum() == 0 || usd.compareTo(CENT) >= 0
            ? usd.setScale(2, RoundingMode.HALF_UP)
            : usd.round(new MathContext(2, RoundingMode.HALF_UP));
    return "$" + shown.toPlainString();
  }
}
