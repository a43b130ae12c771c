package io.evalctl.clock;

import java.time.Duration;

/** A point on the monotonic clock by which something must have happened. Immutable. */
public final class Deadline {
  private final TimeSource time;
  private final long startNanos;
  private final Duration length;

  private Deadline(TimeSource time, Duration length) {
    this.time = time;
    this.startNanos = time.nanoTime();
    this.length = length;
  }

  /** A deadline {@code length} from now. */
  public static Deadline in(Duration length, TimeSource time) {
    return new Deadline(time, length);
  }

  public TimeSource time() {
    return time;
  }

  public Duration elapsed() {
    return Duration.ofNanos(time.nanoTime() - startNanos);
  }

  /** What is left, never negative. */
  public Duration remaining() {
    Duration left = length.minus(elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  public boolean expired() {
    return remaining().isZero();
  }

  public Duration length() {
    return length;
  }
}
