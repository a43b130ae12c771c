package io.evalctl.subject;

/**
 * One node in a {@link HealthSample}.
 *
 * @param status what it does
 * @param role leader, follower or another word of the subject's own; empty when it has none now
 * @param detail the evidence, in a few words
 */
public record NodeHealth(Status status, String role, String detail) {
  /** What a node does. */
  public enum Status {
    /** It answers and serves clients. */
    SERVING,
    /** It answers, but does not serve. */
    NOT_SERVING,
    /** Its process is there, but does not answer. */
    UNRESPONSIVE,
    /** Nothing is there to answer. */
    DOWN
  }
}
