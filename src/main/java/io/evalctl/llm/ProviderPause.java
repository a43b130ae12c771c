package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.time.Duration;

/** While a provider asks for a pause, none of its requests is sent. Thread-safe. */
final class ProviderPause {
  private final TimeSource time;
  private long untilNanos;

  ProviderPause(TimeSource time) {
    this.time = time;
    this.untilNanos = time.nanoTime();
  }

  synchronized void extend(Duration length) {
    long until = time.nanoTime() + length.toNanos();
    if (until - untilNanos > 0) {
      untilNanos = until;
    }
  }

  private synchronized Duration remaining() {
    return Duration.ofNanos(Math.max(0, untilNanos - time.nanoTime()));
  }

  /**
   * Waits for the end of the pause.
   *
   * @throws LlmException {@code RATE_LIMIT} at once when the deadline comes before it
   */
  void await(Deadline deadline, Provider provider) {
    for (Duration wait = remaining(); !wait.isZero(); wait = remaining()) {
      if (wait.compareTo(deadline.remaining()) >= 0) {
        throw new LlmException(
            new LlmError(
                LlmErrorCode.RATE_LIMIT,
                "%s asked for a pause that lasts longer than the deadline of %.0fs"
                    .formatted(provider.label(), deadline.length().toMillis() / 1e3),
                null,
                429,
                true,
                0,
                wait.toMillis(),
                null),
            null);
      }
      Waiter.pause(provider.label() + " to take requests again", wait, time);
    }
  }
}
