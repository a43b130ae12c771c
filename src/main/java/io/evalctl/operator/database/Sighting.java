package io.evalctl.operator.database;

import io.evalctl.clock.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * A moment on both clocks: when evalctl itself first saw a change, or its best estimate of when
 * that change was made.
 *
 * @param at wall-clock time, for the record
 * @param nanos monotonic time, for durations
 */
public record Sighting(Instant at, long nanos) {

  static Sighting now(TimeSource time) {
    return new Sighting(time.now(), time.nanoTime());
  }

  /** The moment this long before. */
  Sighting earlier(Duration length) {
    return new Sighting(at.minus(length), nanos - length.toNanos());
  }

  /** The moment that is the given monotonic time, if that is later than this one. */
  Sighting notBefore(long earliestNanos) {
    return nanos - earliestNanos >= 0 ? this : earlier(Duration.ofNanos(nanos - earliestNanos));
  }
}
