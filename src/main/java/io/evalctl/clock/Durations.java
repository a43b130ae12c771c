package io.evalctl.clock;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: a number and ms, s, m or h. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,3}))?(ms|s|m|h)");

  private Durations() {}

  /**
   * @param what names the value in the error
   * @throws EvalctlException INVALID_INPUT
   */
  public static Duration parse(String what, String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          what + " cannot be '" + text + "'",
          "write a number and its unit: 500ms, 30s, 1.5m, 2h");
    }
    String digits = matcher.group(2) == null ? "000" : (matcher.group(2) + "000").substring(0, 3);
    long thousandths = Long.parseLong(matcher.group(1)) * 1000 + Long.parseLong(digits);
    return switch (matcher.group(3)) {
      case "ms" -> Duration.ofNanos(thousandths * 1000);
      case "s" -> Duration.ofMillis(thousandths);
      case "m" -> Duration.ofMillis(thousandths * 60);
      default -> Duration.ofMillis(thousandths * 3600);
    };
  }

  /** The shortest text that {@link #parse} reads back as the same duration. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    return seconds % 60 != 0 || seconds == 0 ? seconds + "s" : seconds / 60 + "m";
  }
}
