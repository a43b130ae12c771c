package io.evalctl.operator.runbook;

import java.time.Duration;

/**
 * The rules for one node that is not well: when to inspect it, and what to do then. A node that was
 * acted upon is given time, twice as long after each action. Durations are monotonic nanoseconds.
 * Not thread-safe.
 */
final class NodeCare {

  /** What to do with a node. */
  enum Remedy {
    NOTHING,
    START,
    RESTART
  }

  /** {@code status} ended so: as in the LSB, with 1 for a paused process. */
  private static final int PAUSED = 1;

  private static final int STOPPED = 3;

  private static final long FIRST_PATIENCE = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PATIENCE = Duration.ofSeconds(16).toNanos();

  /** One that runs may be out of reach rather than hung: a restart would do harm, not good. */
  private static final long HUNG_AFTER = Duration.ofSeconds(15).toNanos();

  private Long silentSince;
  private Long nextInspection;
  private long patience = FIRST_PATIENCE;

  /** Takes in a look; tells whether the node is to be inspected now. */
  boolean needsInspection(NodeLook.State state, long now) {
    switch (state) {
      case SERVING, NOT_SERVING -> silentSince = null;
      // Such a program may fail because its container does not run; when it runs, it is not silent.
      case FAILING -> silentSince = now;
      case SILENT, DOWN -> silentSince = silentSince == null ? Long.valueOf(now) : silentSince;
    }
    return silentSince != null && (nextInspection == null || now - nextInspection >= 0);
  }

  /**
   * Decides upon what {@code status} said.
   *
   * @param statusCode its exit code
   */
  Remedy remedy(int statusCode, long now) {
    Remedy remedy =
        switch (statusCode) {
          case STOPPED -> Remedy.START;
          case PAUSED -> Remedy.RESTART;
          default -> now - silentSince >= HUNG_AFTER ? Remedy.RESTART : Remedy.NOTHING;
        };
    if (remedy == Remedy.NOTHING) {
      nextInspection = now + FIRST_PATIENCE;
    } else {
      nextInspection = now + patience;
      patience = Math.min(2 * patience, LONGEST_PATIENCE);
      silentSince = now;
    }
    return remedy;
  }
}
