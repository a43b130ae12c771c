package io.evalctl.subject;

import java.time.Duration;

/** Follows samples and tells when they have been healthy without a break for a given time. */
public final class HealthySpell {
  private final Duration wanted;
  private HealthSample first;
  private HealthSample last;

  public HealthySpell(Duration wanted) {
    this.wanted = wanted;
  }

  /** Takes the next sample and tells whether the time is reached with it. */
  public boolean reachedWith(HealthSample sample) {
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
  public HealthSample last() {
    return last;
  }
}
