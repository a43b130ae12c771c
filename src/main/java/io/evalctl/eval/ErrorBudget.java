package io.evalctl.eval;

import io.evalctl.error.EvalctlException;

/**
 * How many samples may err before a run is given up as worthless.
 *
 * @param most the greatest number of errors that is borne; null bears all
 */
public record ErrorBudget(Integer most, Double rate) {
  public static final ErrorBudget UNLIMITED = new ErrorBudget(null, null);

  /** Reads {@code 3}, {@code 0.1} or {@code 10%}. */
  public static ErrorBudget parse(String text) {
    String digits = text.strip();
    try {
      if (digits.endsWith("%")) {
        return share(Double.parseDouble(digits.substring(0, digits.length() - 1)) / 100, text);
      }
      return digits.contains(".")
          ? share(Double.parseDouble(digits), text)
          : number(Integer.parseInt(digits), text);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
  }

  /**
   * Whether so many errors are too many.
   *
   * @param planned all samples of the run, also those that have not run yet
   */
  boolean exceeded(int errors, int planned) {
    if (most != null) {
      return errors > most;
    }
    return rate != null && errors > rate * planned;
  }

  private static ErrorBudget number(int most, String text) {
    if (most < 0) {
      throw wrong(text);
    }
    return new ErrorBudget(most, null);
  }

  private static ErrorBudget share(double rate, String text) {
    if (!(rate >= 0 && rate <= 1)) {
      throw wrong(text);
    }
    return new ErrorBudget(null, rate);
  }

  private static EvalctlException wrong(String text) {
    return EvalctlException.usage(
        "--fail-on-error cannot be '" + text + "'",
        "give a number of samples, a rate such as 0.1, or a percentage");
  }
}
