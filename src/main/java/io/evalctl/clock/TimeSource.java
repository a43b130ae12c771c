package io.evalctl.clock;

import java.time.Duration;
import java.time.Instant;

/**
 * The two clocks of evalctl: a monotonic one for every duration, a wall clock for the record. The
 * system's is thread-safe; tests bring one they can set.
 */
public interface TimeSource {
  /** Wall-clock time, for the record only. */
  Instant now();

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanoTime();

  /** Suspends the calling thread. */
  void sleep(Duration duration) throws InterruptedException;

  /** The machine's own clocks. */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
