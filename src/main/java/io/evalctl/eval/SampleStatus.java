package io.evalctl.eval;

import java.util.Locale;

/** How a sample ended. Whether it passed is its scores' affair. */
public enum SampleStatus {
  /** The task gave its answer. */
  FINISHED,
  /** A limit of the case ended the task; what it had by then was scored. */
  LIMIT,
  /** The task could not be done: a provider, a program, a fixture failed. Counts as not passed. */
  ERROR,
  /** The sandbox died, and its replacement too. */
  SANDBOX_LOST,
  /** The task gave its answer, but a scorer could not judge it. */
  SCORER_ERROR;

  /** As it is stored and shown. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static SampleStatus parse(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether nothing can be said about the model. */
  public boolean failed() {
    return this == ERROR || this == SANDBOX_LOST || this == SCORER_ERROR;
  }
}
