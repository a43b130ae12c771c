package io.evalctl.subject;

/**
 * One read or write of a canary.
 *
 * @param slot which of the canary's periods it belongs to, from 0; a period has one write and one
 *     read
 * @param dueNanos monotonic time at which it was due
 * @param doneNanos monotonic time at which its result was known
 * @param error the client's error in a few words; empty when it succeeded
 */
public record CanaryOperation(
    Kind kind, long slot, long dueNanos, long doneNanos, Result result, String error) {
  /** What was asked. */
  public enum Kind {
    READ,
    WRITE
  }

  /** What came of it. */
  public enum Result {
    /** Acknowledged within its deadline. */
    OK,
    /** Refused, or a read without an answer: certainly without effect. */
    FAIL,
    /** A write without an answer: it may have taken effect or not. */
    UNKNOWN
  }
}
