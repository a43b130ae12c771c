package io.evalctl.eval.scorer;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;

/** The error of a scorer that could not judge. */
final class ScorerFailure {
  private ScorerFailure() {}

  /**
   * @param label the scorer's
   * @param what completes "scorer NAME of case NAME ..."
   */
  static EvalctlException of(
      String label, Evidence evidence, String what, String hint, Throwable cause) {
    return new EvalctlException(
        ErrorCode.SCORER_FAILED,
        "scorer " + label + " of case " + evidence.caseName() + " " + what,
        hint,
        cause);
  }
}
