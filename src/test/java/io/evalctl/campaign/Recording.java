package io.evalctl.campaign;

import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.HealthSample;
import java.util.Map;

/** Makes a history by hand; all times in milliseconds. */
final class Recording {
  private final HealthHistory history;

  static long ms(long milliseconds) {
    return milliseconds * 1_000_000;
  }

  /** Whose canary has ended. */
  Recording() {
    this(new HealthHistory());
    history.canaryEnded();
  }

  Recording(HealthHistory history) {
    this.history = history;
  }

  HealthHistory history() {
    return history;
  }

  /** Healthy samples every 100 ms, both ends included. */
  Recording healthy(long from, long to) {
    return samples(from, to, true);
  }

  Recording unhealthy(long from, long to) {
    return samples(from, to, false);
  }

  Recording okWrite(long slot, long due) {
    return operation(CanaryOperation.Kind.WRITE, slot, due, CanaryOperation.Result.OK);
  }

  Recording okRead(long slot, long due) {
    return operation(CanaryOperation.Kind.READ, slot, due, CanaryOperation.Result.OK);
  }

  Recording failedWrite(long slot, long due) {
    return operation(CanaryOperation.Kind.WRITE, slot, due, CanaryOperation.Result.UNKNOWN);
  }

  Recording failedRead(long slot, long due) {
    return operation(CanaryOperation.Kind.READ, slot, due, CanaryOperation.Result.FAIL);
  }

  private Recording samples(long from, long to, boolean healthy) {
    for (long at = from; at <= to; at += 100) {
      sample(at, at, healthy);
    }
    return this;
  }

  /** A sample at this time that rests on what was asked at another. */
  Recording sample(long at, long asked, boolean healthy) {
    history.add(
        new HealthSample(ms(at), ms(asked), healthy, healthy ? "" : "zk1 is down", Map.of()));
    return this;
  }

  private Recording operation(
      CanaryOperation.Kind kind, long slot, long due, CanaryOperation.Result result) {
    history.add(new CanaryOperation(kind, slot, ms(due), ms(due + 3), result, ""));
    return this;
  }
}
