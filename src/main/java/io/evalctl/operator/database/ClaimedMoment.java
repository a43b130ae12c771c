package io.evalctl.operator.database;

import java.time.Duration;
import java.util.Optional;

/**
 * What an operator claims about the time of a change, put on evalctl's monotonic clock.
 *
 * <p>Both clocks are read at the sighting, so a claim that lies {@code d} before the sighting's
 * wall-clock time lies {@code d} before its monotonic time. The sighting comes after the change,
 * and the claim is an interval ({@link ClaimedTime}): the moment is the latest one that both allow,
 * <code>min(sighting, end of the claim's interval)</code>. With a precise claim that is the claim,
 * and with one in whole seconds it is the sighting or at most a second before it.
 *
 * <p>The claim is not believed, the sighting is used, and {@code skewed} says so,
 *
 * <ul>
 *   <li>when claim and sighting are more than {@link #TOLERANCE} apart, either way;
 *   <li>when the claim lies before the mark, the last moment at which the change was certainly not
 *       there. The time from the mark to the onset is no error: an operator may see a fault before
 *       evalctl's witness does.
 * </ul>
 *
 * @param moment when it happened, as far as is known
 * @param skewed whether there was a claim that was not believed
 */
record ClaimedMoment(Sighting moment, boolean skewed) {

  /** The greatest difference between a claim and its sighting that is believed. */
  static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** For tickets: a claim far from its sighting is not believed. */
  static ClaimedMoment of(Optional<ClaimedTime> claim, Sighting sighting, long markNanos) {
    boolean far = claim.isPresent() && claim.get().distance(sighting.at()).compareTo(TOLERANCE) > 0;
    return far ? new ClaimedMoment(sighting, true) : sinceMark(claim, sighting, markNanos);
  }

  /**
   * For log entries, which are often written in one piece at a session's end: a claim may lie
   * further back than {@link #TOLERANCE}, if only after the mark.
   */
  static ClaimedMoment sinceMark(Optional<ClaimedTime> claim, Sighting sighting, long markNanos) {
    if (claim.isEmpty()) {
      return new ClaimedMoment(sighting, false);
    }
    if (Duration.between(sighting.at(), claim.get().at()).compareTo(TOLERANCE) > 0) {
      return new ClaimedMoment(sighting, true);
    }
    Duration before = Duration.between(claim.get().latest(), sighting.at());
    Sighting claimed = before.isNegative() ? sighting : sighting.earlier(before);
    return claimed.nanos() - markNanos < 0
        ? new ClaimedMoment(sighting, true)
        : new ClaimedMoment(claimed, false);
  }
}
