package io.evalctl.console;

import java.util.Locale;

/** Shares as the console shows them. */
final class Percent {
  private static final double NOTHING = 1e-9;
  private static final int MOST_DIGITS = 7;

  private Percent() {}

  /**
   * Whole percents without their sign, and more digits where whole ones would say 0 or 100 of what
   * is neither.
   */
  static String number(double share) {
    boolean between = share > NOTHING && share < 1 - NOTHING;
    String text;
    int digits = 0;
    do {
      text = String.format(Locale.ROOT, "%." + digits + "f", 100 * share);
    } while (between && bound(text) && ++digits <= MOST_DIGITS);
    return text;
  }

  private static boolean bound(String text) {
    double value = Double.parseDouble(text);
    return value == 0 || value == 100;
  }
}
