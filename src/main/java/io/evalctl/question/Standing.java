package io.evalctl.question;

import java.time.Duration;
import java.util.Optional;

/**
 * How a probe stands after its latest looks. Immutable.
 *
 * @param passing whether it counts as passing
 * @param answered whether the latest look that decided got an answer at all
 * @param reason why it does not pass; empty when it does
 * @param asOfNanos when the look began that this rests on
 * @param lookedNanos when the latest look was over; meaningless before the first
 * @param good good looks in a row
 * @param bad bad looks in a row
 */
public record Standing(
    boolean passing,
    boolean answered,
    String reason,
    long asOfNanos,
    long lookedNanos,
    int good,
    int bad) {
  /** Before anybody has looked. */
  public static final Standing UNKNOWN =
      new Standing(false, false, "not seen yet", Long.MIN_VALUE, 0, 0, 0);

  /**
   * Takes in a look.
   *
   * @param failure why it is bad; nothing for a good one
   * @param began when it began
   * @param nanos when it was over
   * @param failures bad looks in a row that make it failing
   * @param successes good looks in a row that make it passing
   */
  public Standing after(
      Optional<String> failure,
      boolean answer,
      long began,
      long nanos,
      int failures,
      int successes) {
    boolean first = good == 0 && bad == 0;
    if (failure.isEmpty()) {
      boolean passes = passing || first || good + 1 >= successes;
      return new Standing(passes, true, passes ? "" : reason, began, nanos, good + 1, 0);
    }
    boolean fails = !passing || first || bad + 1 >= failures;
    return fails
        ? new Standing(false, answer, failure.get(), began, nanos, 0, bad + 1)
        // It still rests on the good look before: this one speaks against it.
        : new Standing(true, true, "", asOfNanos, nanos, 0, bad + 1);
  }

  /** The same, but failing when the latest look is older than this. */
  public Standing asOf(long now, Duration freshness) {
    boolean seen = good > 0 || bad > 0;
    return seen && now - lookedNanos > freshness.toNanos()
        ? new Standing(
            false,
            false,
            "no look for %.1fs".formatted((now - lookedNanos) / 1e9),
            now,
            lookedNanos,
            0,
            bad)
        : this;
  }
}
