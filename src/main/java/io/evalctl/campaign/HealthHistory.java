package io.evalctl.campaign;

import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.HealthSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Ground truth of one trial: every health sample and every canary operation, and what follows from
 * them. All times are monotonic nanoseconds. Thread-safe: the recorder adds while the trial asks.
 *
 * <p>A moment is <i>impaired</i> when a sample taken then is not healthy, or a canary operation due
 * then did not succeed.
 */
final class HealthHistory {
  private final List<HealthSample> samples = new ArrayList<>();
  private final List<CanaryOperation> operations = new ArrayList<>();
  private boolean ended;

  synchronized void add(HealthSample sample) {
    if (!ended) {
      samples.add(sample);
    }
  }

  synchronized void add(CanaryOperation operation) {
    if (!ended) {
      operations.add(operation);
    }
  }

  /** What is added from now on does not count: it would be evalctl's own undo that is seen. */
  synchronized void end() {
    ended = true;
  }

  synchronized List<HealthSample> samples() {
    return List.copyOf(samples);
  }

  synchronized List<CanaryOperation> operations() {
    return List.copyOf(operations);
  }

  /** Whether anything was impaired at or after this moment. */
  synchronized boolean impairedSince(long nanos) {
    return impairments(nanos).length > 0;
  }

  /** The longest time between two samples at or after this moment: what could have been missed. */
  synchronized Duration longestGap(long from) {
    long longest = 0;
    for (int i = 1; i < samples.size(); i++) {
      if (samples.get(i).nanoTime() >= from) {
        longest = Math.max(longest, samples.get(i).nanoTime() - samples.get(i - 1).nanoTime());
      }
    }
    return Duration.ofNanos(longest);
  }

  /** When the newest sample was taken; the least number when there is none. */
  synchronized long lastSampleNanos() {
    return samples.isEmpty() ? Long.MIN_VALUE : samples.get(samples.size() - 1).nanoTime();
  }

  /**
   * The start of the first unbroken healthy run of this length that follows the first impairment
   * after the onset. A fault that takes a while to bite is thus not "recovered" before it bit.
   */
  synchronized OptionalLong recoveredAt(long onset, Duration length) {
    long[] bad = impairments(onset);
    if (bad.length == 0 || samples.isEmpty()) {
      return OptionalLong.empty();
    }
    long last = samples.get(samples.size() - 1).nanoTime();
    for (HealthSample sample : samples) {
      long start = sample.nanoTime();
      if (start <= bad[0] || !sample.healthy()) {
        continue;
      }
      long end = start + length.toNanos();
      if (end > last) {
        break;
      }
      int next = Arrays.binarySearch(bad, start);
      int insertion = next < 0 ? -next - 1 : next;
      if (insertion == bad.length || bad[insertion] > end) {
        return OptionalLong.of(start);
      }
    }
    return OptionalLong.empty();
  }

  /** Whether there are samples from {@code from} to {@code to}, and every one is healthy. */
  synchronized boolean healthyThroughout(long from, long to) {
    boolean covered = !samples.isEmpty() && samples.get(samples.size() - 1).nanoTime() >= to;
    return covered
        && samples.stream()
            .filter(sample -> sample.nanoTime() >= from && sample.nanoTime() <= to)
            .allMatch(HealthSample::healthy);
  }

  /**
   * How long the subject was unavailable to clients: the canary's periods, due at or after {@code
   * from}, in which the read or the write did not succeed.
   */
  synchronized Duration unavailable(long from, Duration period) {
    Set<Long> failed = new HashSet<>();
    for (CanaryOperation operation : operations) {
      if (operation.dueNanos() >= from && operation.result() != CanaryOperation.Result.OK) {
        failed.add(operation.slot());
      }
    }
    return period.multipliedBy(failed.size());
  }

  /** Whether the last read and the last write both succeeded. */
  synchronized boolean canaryWorks() {
    return lastSucceeded(CanaryOperation.Kind.READ) && lastSucceeded(CanaryOperation.Kind.WRITE);
  }

  private boolean lastSucceeded(CanaryOperation.Kind kind) {
    for (int i = operations.size() - 1; i >= 0; i--) {
      if (operations.get(i).kind() == kind) {
        return operations.get(i).result() == CanaryOperation.Result.OK;
      }
    }
    return false;
  }

  /** In order. */
  private long[] impairments(long from) {
    LongStream unhealthy =
        samples.stream().filter(sample -> !sample.healthy()).mapToLong(HealthSample::nanoTime);
    LongStream failed =
        operations.stream()
            .filter(operation -> operation.result() != CanaryOperation.Result.OK)
            .mapToLong(CanaryOperation::dueNanos);
    return LongStream.concat(unhealthy, failed).filter(at -> at >= from).sorted().toArray();
  }
}
