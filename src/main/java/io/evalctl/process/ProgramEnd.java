package io.evalctl.process;

import java.time.Duration;

/**
 * How a program ended.
 *
 * @param exitCode 128 and more after a signal
 * @param timedOut whether it was ended at its deadline
 * @param out its standard output as UTF-8, up to the limit
 * @param truncated whether it printed more
 * @param err the end of its standard error
 * @param duration from its start to its end
 */
public record ProgramEnd(
    int exitCode, boolean timedOut, String out, boolean truncated, String err, Duration duration) {

  /** Why it could not even start, when it looks like that: the words after "exit code N". */
  public String exitMeaning() {
    return switch (exitCode) {
      case 126 -> " (not executable)";
      case 127 -> " (no such command)";
      default -> "";
    };
  }
}
