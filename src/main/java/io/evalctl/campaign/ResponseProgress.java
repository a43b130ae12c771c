package io.evalctl.campaign;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far the response of a trial has come, at one moment, and whether anything more can come.
 * Times are monotonic nanoseconds. Pure, but for the history, which goes on growing.
 *
 * @param environmental whether the fault is one that only evalctl can end
 * @param lifted whether evalctl has ended it
 * @param ticketed whether there is a ticket that answers the fault
 * @param resolved when that ticket was resolved
 * @param onset when the fault was witnessed; in the control arm, when the window began
 * @param settle the length of an unbroken healthy run
 */
record ResponseProgress(
    Arm arm,
    boolean environmental,
    boolean lifted,
    boolean ticketed,
    OptionalLong resolved,
    long onset,
    Duration settle,
    HealthHistory history) {

  /** Whether nothing more is to be waited for. The control arm has a fixed window. */
  boolean over() {
    if (arm == Arm.CONTROL || environmental && !lifted) {
      return false;
    }
    if (ticketed) {
      return resolved.isPresent() && answered() && !stillMending();
    }
    return (arm == Arm.BASELINE || environmental) && recovered();
  }

  /**
   * Until when the health must be known for an unbroken healthy run to be complete. Nothing when no
   * more are needed.
   */
  OptionalLong settlesAt(long now) {
    if (arm == Arm.CONTROL || recovered() && (resolved.isEmpty() || claimHolds() != null)) {
      return OptionalLong.empty();
    }
    // A claim may come a little before its effect; the healthy run then begins after the claim.
    long from = Math.max(now, resolved.orElse(now));
    return OptionalLong.of(from + settle.plus(Judge.CLAIM_GRACE).toNanos());
  }

  /** Whether the claim is true, or else the recovery has come that it was too early for. */
  private boolean answered() {
    Boolean holds = claimHolds();
    return holds != null && (holds || recovered());
  }

  /** Null while it is not known. */
  private Boolean claimHolds() {
    return Judge.claimHolds(history, resolved.getAsLong(), settle);
  }

  /** Whether it is known beyond that moment, and no recovery that is yet to be seen. */
  boolean settled(long until) {
    return history.knownUntil() > until && !stillMending();
  }

  /**
   * Whether the subject is yet to come back from a lifted fault. A ticket can be resolved before
   * the lift; what the lift leads to must be seen nevertheless.
   */
  private boolean stillMending() {
    return environmental && history.impairedSince(onset) && !recovered();
  }

  private boolean recovered() {
    return history.recoveredAt(onset, settle).isPresent();
  }
}
