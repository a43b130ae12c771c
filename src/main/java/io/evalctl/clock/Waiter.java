package io.evalctl.clock;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The one place that waits by looking again. Every wait has a deadline, and the error names it.
 * Stateless and thread-safe.
 */
public final class Waiter {
  private Waiter() {}

  /**
   * Looks every {@code interval} until {@code condition} holds.
   *
   * @param what completes the sentence "waited 3.0s for ..."
   * @throws EvalctlException {@link ErrorCode#DEADLINE_EXCEEDED} when the deadline passes, {@link
   *     ErrorCode#INTERRUPTED} when the thread is interrupted
   */
  public static void until(
      String what, Deadline deadline, Duration interval, BooleanSupplier condition) {
    if (!reached(what, deadline, interval, condition)) {
      throw new EvalctlException(
          ErrorCode.DEADLINE_EXCEEDED,
          "waited %.1fs for %s".formatted(deadline.length().toNanos() / 1e9, what),
          null);
    }
  }

  /** As {@link #until}, but tells by its result whether the condition came to hold in time. */
  public static boolean reached(
      String what, Deadline deadline, Duration interval, BooleanSupplier condition) {
    return poll(
            what,
            deadline,
            interval,
            () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
        .isPresent();
  }

  /** Looks every {@code interval} until {@code look} finds something, or the deadline passes. */
  public static <T> Optional<T> poll(
      String what, Deadline deadline, Duration interval, Supplier<Optional<T>> look) {
    while (true) {
      Optional<T> found = look.get();
      if (found.isPresent() || deadline.expired()) {
        return found;
      }
      pause(
          what,
          interval.compareTo(deadline.remaining()) < 0 ? interval : deadline.remaining(),
          deadline.time());
    }
  }

  /** Waits for a fixed time. */
  public static void pause(String what, Duration length, TimeSource time) {
    try {
      time.sleep(length);
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("waiting for " + what);
    }
  }
}
