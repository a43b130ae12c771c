package io.evalctl.subject.zookeeper;

import io.evalctl.subject.HealthSample;
import java.time.Duration;

/** Follows samples and tells when they have been healthy without a break for a given time. */
final class HealthySpell {
  private final Duration wanted;
  private HealthSample first;
  private HealthSample last;

  HealthySpell(Duration wanted) {
    this.wanted = wanted;
  }

  /** Takes the next sample and tells whether the time is reached with it. */
  boolean reachedWith(HealthSample sample) {
    last = sample;
    if (!sample.healthy()) {
      first = null;
      return false;
    }
    if (first == null) {
      first = sample;
    }
    return sample.nanoTime() - first.nanoTime() >= wanted.toNanos();
  }

  /** The latest sample. */
  HealthSample last() {
    return last;
  }
}
