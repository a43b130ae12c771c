package io.evalctl.chaos;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.List;

/**
 * One parameter of a chaos type.
 *
 * @param name as users write it
 * @param defaultValue used when it is not given
 * @param choices the values it can take; empty for a whole number
 * @param min smallest whole number
 * @param max greatest whole number
 */
public record ChaosParameter(
    String name, String defaultValue, List<String> choices, long min, long max) {
  /** What becomes of a container's restart policy while its node is down. */
  public static final ChaosParameter RESTART_POLICY =
      choice("policy", "disable", "disable", "keep");

  public ChaosParameter {
    choices = List.copyOf(choices);
  }

  static ChaosParameter choice(String name, String defaultValue, String... choices) {
    return new ChaosParameter(name, defaultValue, List.of(choices), 0, 0);
  }

  static ChaosParameter number(String name, long defaultValue, long min, long max) {
    return new ChaosParameter(name, Long.toString(defaultValue), List.of(), min, max);
  }

  /**
   * Checks a value.
   *
   * @return the value in its normal form
   */
  String check(ChaosType type, String value) {
    if (!choices.isEmpty()) {
      if (!choices.contains(value)) {
        throw refused(type, value, "one of " + String.join(", ", choices));
      }
      return value;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return Long.toString(number);
      }
    } catch (NumberFormatException e) {
      // falls through to the same message as a number out of range
    }
    throw refused(type, value, "a whole number from " + min + " to " + max);
  }

  private EvalctlException refused(ChaosType type, String value, String expected) {
    return new EvalctlException(
        ErrorCode.UNKNOWN_PARAMETER,
        "chaos " + type + ": parameter " + name + " cannot be '" + value + "'",
        "it takes " + expected);
  }
}
