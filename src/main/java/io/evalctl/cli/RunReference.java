package io.evalctl.cli;

import io.evalctl.error.EvalctlException;

/**
 * How results are named: {@code 7} is a campaign, {@code eval:7} a run of a dataset.
 *
 * @param eval whether it is a run of a dataset
 */
record RunReference(boolean eval, long id) {
  private static final String EVAL = "eval:";

  static RunReference parse(String text) {
    boolean eval = text.startsWith(EVAL);
    try {
      return new RunReference(eval, Long.parseLong(eval ? text.substring(EVAL.length()) : text));
    } catch (NumberFormatException e) {
      throw EvalctlException.usage(
          "'" + text + "' names no results",
          "give a campaign's number such as 7, or eval:7; evalctl results list shows them");
    }
  }
}
