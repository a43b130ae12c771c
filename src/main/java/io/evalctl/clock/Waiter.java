package io.evalctl.clock;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The one place that waits: by looking again, or for a notice. Every wait has a deadline, and the
 * error names it. Stateless and thread-safe.
 */
public final class Waiter {
  /** A deadline may be of another clock than the one that a notice is waited for by. */
  private static final Duration LONGEST_NOTICE = Duration.ofMillis(100);

  private Waiter() {}

  /** What tells by itself when it happens. */
  @FunctionalInterface
  public interface Notice {
    /**
     * @return whether it has happened, after that time at the latest
     */
    boolean within(long nanos) throws InterruptedException;

    /** The end of a process. */
    static Notice of(Process process) {
      return nanos -> process.waitFor(nanos, TimeUnit.NANOSECONDS);
    }

    /** The end of a task, whether it went well or not. */
    static Notice of(Future<?> task) {
      return nanos -> {
        try {
          task.get(nanos, TimeUnit.NANOSECONDS);
          return true;
        } catch (TimeoutException e) {
          return false;
        } catch (ExecutionException | CancellationException e) {
          return true;
        }
      };
    }
  }

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
      throw exceeded(what, deadline);
    }
  }

  /**
   * As {@link #until(String, Deadline, Duration, BooleanSupplier)}, but tells by its result whether
   * the condition came to hold in time.
   */
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

  /**
   * Waits for a notice: that costs nothing meanwhile, and loses no time between two looks.
   *
   * @param what completes the sentence "waited 3.0s for ..."
   * @throws EvalctlException {@link ErrorCode#DEADLINE_EXCEEDED}, {@link ErrorCode#INTERRUPTED}
   */
  public static void until(String what, Deadline deadline, Notice notice) {
    if (!reached(what, deadline, notice)) {
      throw exceeded(what, deadline);
    }
  }

  /** As {@link #until(String, Deadline, Notice)}, but tells by its result whether it came. */
  public static boolean reached(String what, Deadline deadline, Notice notice) {
    try {
      while (true) {
        Duration left = deadline.remaining();
        Duration wait = left.compareTo(LONGEST_NOTICE) < 0 ? left : LONGEST_NOTICE;
        if (notice.within(wait.toNanos())) {
          return true;
        }
        if (left.isZero()) {
          return false;
        }
      }
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("waiting for " + what);
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

  private static EvalctlException exceeded(String what, Deadline deadline) {
    return new EvalctlException(
        ErrorCode.DEADLINE_EXCEEDED,
        "waited %.1fs for %s".formatted(deadline.length().toNanos() / 1e9, what),
        null);
  }
}
