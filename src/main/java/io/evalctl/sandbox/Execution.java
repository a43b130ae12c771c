package io.evalctl.sandbox;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What came of a block of code.
 *
 * @param stdout what it printed, head and tail when it was too much
 * @param truncated whether something of stdout or stderr was cut
 * @param error what it raised, or null
 * @param answer the final value it named, or null when it named none; JSON null is a value
 */
public record Execution(
    Status status,
    String stdout,
    String stderr,
    boolean truncated,
    ExecutionError error,
    JsonNode answer) {

  /** How it ended. */
  public enum Status {
    OK,
    /** It raised. */
    ERROR,
    /** Ended at its deadline; the variables are lost. */
    TIMEOUT,
    /** Its process died: a signal, memory, os._exit; the variables are lost. */
    KILLED
  }

  /** A Python exception. */
  public record ExecutionError(String type, String message, String traceback) {}
}
