package io.evalctl.eval;

import io.evalctl.error.EvalctlException;
import io.evalctl.text.Share;
import java.math.BigDecimal;

/**
 * How many samples may err before a run is given up as worthless.
 *
 * @param most the greatest number of errors that is borne, or null
 * @param rate the greatest share of all samples that may err, or null; with neither all are borne
 */
public record ErrorBudget(Integer most, BigDecimal rate) {
  public static final ErrorBudget UNLIMITED = new ErrorBudget(null, null);

  /** Reads {@code 3}, {@code 0.1} or {@code 10%}. */
  public static ErrorBudget parse(String text) {
    String digits = text.strip();
    if (digits.endsWith("%") || digits.contains(".")) {
      return new ErrorBudget(null, Share.parse(digits).orElseThrow(() -> wrong(text)));
    }
    try {
      return number(Integer.parseInt(digits), text);
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
  }

  /**
   * Whether so many errors are too many.
   *
   * @param planned all samples of the run, also those that have not run yet
   */
  public boolean exceeded(int errors, int planned) {
    if (most != null) {
      return errors > most;
    }
    return rate != null
        && BigDecimal.valueOf(errors).compareTo(rate.multiply(BigDecimal.valueOf(planned))) > 0;
  }

  private static ErrorBudget number(int most, String text) {
    if (most < 0) {
      throw wrong(text);
    }
    return new ErrorBudget(most, null);
  }

  private static EvalctlException wrong(String text) {
    return EvalctlException.usage(
        "--fail-on-error cannot be '" + text + "'",
        "give a number of samples, a rate such as 0.1, or a percentage");
  }
}
