package io.evalctl.console;

import java.util.Locale;

/** Durations as the console shows them. */
final class Seconds {
  private Seconds() {}

  /** Milliseconds as "0.42s"; a dash for null. */
  static String of(Number milliseconds) {
    return milliseconds == null
        ? "–"
        : String.format(Locale.ROOT, "%.2fs", milliseconds.doubleValue() / 1e3);
  }

  /** Whole or tenths of seconds, for deadlines: "300s", "0.5s". */
  static String limit(double seconds) {
    return seconds == Math.rint(seconds)
        ? String.format(Locale.ROOT, "%.0fs", seconds)
        : String.format(Locale.ROOT, "%.1fs", seconds);
  }
}
