package io.evalctl.console;

import java.time.Duration;
import java.util.Locale;

/** Durations as the console shows them. */
public final class Seconds {
  private Seconds() {}

  /** Milliseconds as "0.42s"; a dash for null. */
  static String of(Number milliseconds) {
    return milliseconds == null
        ? "–"
        : String.format(Locale.ROOT, "%.2fs", milliseconds.doubleValue() / 1e3);
  }

  /** An estimate: "50s to 6 min", or "about 50s" where both come to the same. */
  public static String range(Duration least, Duration most) {
    String low = rough(least);
    String high = rough(most);
    return low.equals(high) ? "about " + low : low + " to " + high;
  }

  private static String rough(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 100) {
      return (seconds < 10 ? Math.max(1, seconds) : (seconds + 4) / 5 * 5) + "s";
    }
    return seconds < 100 * 60
        ? (seconds + 30) / 60 + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
  }

  /** Whole or tenths of seconds, for deadlines: "300s", "0.5s". */
  static String limit(double seconds) {
    return seconds == Math.rint(seconds)
        ? String.format(Locale.ROOT, "%.0fs", seconds)
        : String.format(Locale.ROOT, "%.1fs", seconds);
  }
}
