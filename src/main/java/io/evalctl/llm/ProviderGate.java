package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Keeps a provider's calls within the limit that it keeps up. While nothing is throttled everybody
 * passes. When a request is throttled, none is sent for as long as the provider asks, or for an
 * exponential pause when it does not say. After that half as many may be in flight, and one more
 * for every round of answers and every second (additive increase, multiplicative decrease, as in
 * TCP's congestion avoidance, RFC 5681, section 3.1); those that waited start one after the other,
 * the oldest call first. Thread-safe.
 */
final class ProviderGate {
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  /** 100 ms doubled seven times. */
  private static final int MOST_DOUBLINGS = 7;

  /** A provider that says how long to wait and means less than it takes is not asked too often. */
  private static final long MOST_BESIDE_HINT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long LEAST_GAP_NANOS = Duration.ofMillis(4).toNanos();
  private static final long MOST_GAP_NANOS = Duration.ofSeconds(2).toNanos();
  private static final double GAP_DECREASE = 0.95;

  /** No batch has more jobs. */
  private static final int UNLIMITED = 1 << 10;

  /** How long a wait for others lasts until it is looked whether more may be in flight by now. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final TimeSource time;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final TreeSet<Pass> waiting = new TreeSet<>(Comparator.comparingLong(pass -> pass.age));
  private long calls;
  private int inFlight;
  private double most = UNLIMITED;
  private long gapNanos;
  private long opensNanos;
  private long cutNanos;
  private int strikes;

  /** One call, with all its attempts. Used by the calling thread. */
  final class Pass {
    private final long age;
    private final Condition turn = lock.newCondition();
    private long sentNanos;

    private Pass(long age) {
      this.age = age;
    }

    /**
     * Waits for its turn to send a request; {@link #end} has to follow.
     *
     * @throws LlmException {@code RATE_LIMIT} when the deadline comes first, at once when the
     *     provider's pause is longer
     * @throws EvalctlException {@code INTERRUPTED}
     */
    void await(Deadline deadline, Provider provider) {
      lock.lock();
      try {
        waiting.add(this);
        try {
          while (!mayStart()) {
            pause(deadline, provider);
          }
          start();
        } finally {
          waiting.remove(this);
          callNext();
        }
      } finally {
        lock.unlock();
      }
    }

    private boolean mayStart() {
      long now = time.nanoTime();
      return waiting.first() == this && opensNanos - now <= 0 && inFlight < allowed(now);
    }

    private void start() {
      inFlight++;
      sentNanos = time.nanoTime();
      if (gapNanos > 0) {
        opensNanos = sentNanos + gapNanos / 2 + random.nextLong(gapNanos);
      }
    }

    private void pause(Deadline deadline, Provider provider) {
      Duration left = deadline.remaining();
      Duration closed = Duration.ofNanos(Math.max(0, opensNanos - time.nanoTime()));
      if (left.isZero() || closed.compareTo(left) >= 0) {
        throw tooLong(provider, deadline, closed);
      }
      if (waiting.first() != this || closed.isZero()) {
        awaitTurn(left.compareTo(LOOK) < 0 ? left : LOOK, provider);
        return;
      }
      lock.unlock();
      try {
        Waiter.pause(provider.label() + " to take requests again", closed, time);
      } finally {
        lock.lock();
      }
    }

    private void awaitTurn(Duration longest, Provider provider) {
      try {
        turn.awaitNanos(longest.toNanos());
      } catch (InterruptedException e) {
        throw EvalctlException.interrupted("waiting for a turn to ask " + provider.label());
      }
    }

    /**
     * The request that was sent has been throttled. Those that were in flight beside it tell
     * nothing new.
     *
     * @param hintMs how long the provider asks to wait, or null
     * @return how long it takes until a request is sent again
     */
    Duration throttled(Long hintMs) {
      lock.lock();
      try {
        long now = time.nanoTime();
        if (sentNanos - cutNanos >= 0) {
          most = Math.max(1, Math.min(allowed(now), inFlight + 1) / 2);
          gapNanos = Math.min(MOST_GAP_NANOS, Math.max(LEAST_GAP_NANOS, 2 * gapNanos));
          long backoff = FIRST_PAUSE_NANOS << Math.min(strikes, MOST_DOUBLINGS);
          long own = backoff / 2 + random.nextLong(backoff / 2 + 1);
          if (hintMs == null || hintMs == 0) {
            closeUntil(now + own);
          } else {
            // The word of the provider counts for more than the gap to the request before.
            opensNanos = now + Math.min(own, MOST_BESIDE_HINT_NANOS);
          }
          strikes++;
          cutNanos = now;
        }
        if (hintMs != null) {
          closeUntil(now + TimeUnit.MILLISECONDS.toNanos(hintMs));
        }
        return Duration.ofNanos(opensNanos - now);
      } finally {
        lock.unlock();
      }
    }

    /** The request that was sent has got its answer. */
    void answered() {
      lock.lock();
      try {
        strikes = 0;
        most = Math.min(UNLIMITED, most + 1 / most);
        gapNanos = (long) (gapNanos * GAP_DECREASE);
        gapNanos = gapNanos < LEAST_GAP_NANOS / 2 ? 0 : gapNanos;
      } finally {
        lock.unlock();
      }
    }

    /** The request that was sent is over, whatever came of it. */
    void end() {
      lock.lock();
      try {
        inFlight--;
        callNext();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * @param random spreads the requests after a pause; used by one thread at a time
   */
  ProviderGate(TimeSource time, RandomGenerator random) {
    this.time = time;
    this.random = random;
    this.opensNanos = time.nanoTime();
    this.cutNanos = opensNanos;
  }

  /** A call begins. */
  Pass call() {
    lock.lock();
    try {
      return new Pass(calls++);
    } finally {
      lock.unlock();
    }
  }

  private double allowed(long now) {
    return most + (now - cutNanos) / 1e9;
  }

  private void closeUntil(long nanos) {
    if (nanos - opensNanos > 0) {
      opensNanos = nanos;
    }
  }

  private void callNext() {
    if (!waiting.isEmpty()) {
      waiting.first().turn.signal();
    }
  }

  private static LlmException tooLong(Provider provider, Deadline deadline, Duration closed) {
    return new LlmException(
        new LlmError(
            LlmErrorCode.RATE_LIMIT,
            "%s throttles requests, and none could be sent within the deadline of %.0fs"
                .formatted(provider.label(), deadline.length().toMillis() / 1e3),
            null,
            429,
            true,
            0,
            closed.isZero() ? null : (Long) closed.toMillis(),
            null),
        null);
  }
}
