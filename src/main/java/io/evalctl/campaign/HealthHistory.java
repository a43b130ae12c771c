package io.evalctl.campaign;

import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final CanaryCoverage coverage = new CanaryCoverage();
  private Long ended;

  synchronized void add(HealthSample sample) {
    if (ended == null) {
      samples.add(sample);
    }
  }

  synchronized void add(CanaryOperation operation) {
    if (ended == null) {
      operations.add(operation);
      coverage.add(operation);
    }
  }

  /** No operation of the canary is under way any more, and no more will be. */
  synchronized void canaryEnded() {
    coverage.complete();
  }

  /** What is added from now on does not count: it would be evalctl's own undo that is seen. */
  synchronized void end(long nanos) {
    ended = nanos;
  }

  synchronized List<HealthSample> samples() {
    return List.copyOf(samples);
  }

  synchronized List<CanaryOperation> operations() {
    return List.copyOf(operations);
  }

  /** Whether anything was impaired at or after this moment. */
  synchronized boolean impairedSince(long nanos) {
    return firstImpairment(nanos, failures(nanos)).isPresent();
  }

  /**
   * The longest time between two samples at or after this moment, or from the last to the end: what
   * could have been missed.
   */
  synchronized Duration longestGap(long from) {
    long longest = 0;
    for (int i = 1; i < samples.size(); i++) {
      if (samples.get(i).nanoTime() >= from) {
        longest = Math.max(longest, samples.get(i).nanoTime() - samples.get(i - 1).nanoTime());
      }
    }
    if (ended != null && !samples.isEmpty()) {
      longest = Math.max(longest, ended - samples.get(samples.size() - 1).nanoTime());
    }
    return Duration.ofNanos(longest);
  }

  /**
   * Up to when the newest sample tells of the health; the least number when there is none. That it
   * is bad is known at once.
   */
  synchronized long knownUntil() {
    if (samples.isEmpty()) {
      return Long.MIN_VALUE;
    }
    HealthSample newest = samples.get(samples.size() - 1);
    return newest.healthy() ? newest.asOfNanos() : newest.nanoTime();
  }

  /**
   * The start of the first unbroken healthy run of this length that follows the first impairment
   * after the onset. A fault that takes a while to bite is thus not "recovered" before it bit. Once
   * there is one, nothing that is added later takes it back: of its whole length it is known that
   * no node owed an answer and no operation of the canary failed.
   */
  synchronized OptionalLong recoveredAt(long onset, Duration length) {
    long[] failed = failures(onset);
    OptionalLong bit = firstImpairment(onset, failed);
    if (bit.isEmpty()) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < samples.size(); i++) {
      long start = samples.get(i).nanoTime();
      if (start <= bit.getAsLong() || !samples.get(i).healthy()) {
        continue;
      }
      long end = start + length.toNanos();
      if (end > coverage.until()) {
        break;
      }
      int next = Arrays.binarySearch(failed, start);
      int insertion = next < 0 ? -next - 1 : next;
      if (insertion < failed.length && failed[insertion] <= end) {
        continue;
      }
      int last = lastHealthy(i, end);
      if (samples.get(last).asOfNanos() >= end) {
        return OptionalLong.of(start);
      }
      i = last;
    }
    return OptionalLong.empty();
  }

  /**
   * The last of the healthy samples in a row from this one, or the first of them that tells of the
   * health at this moment.
   */
  private int lastHealthy(int from, long moment) {
    int last = from;
    while (samples.get(last).asOfNanos() < moment
        && last + 1 < samples.size()
        && samples.get(last + 1).healthy()) {
      last++;
    }
    return last;
  }

  /**
   * Whether every sample from {@code from} to {@code to} is healthy, and those that follow until
   * one tells of the health at {@code to}; null while there is none and all are healthy.
   */
  synchronized Boolean healthyThroughout(long from, long to) {
    for (HealthSample sample : samples) {
      if (sample.nanoTime() < from) {
        continue;
      }
      if (!sample.healthy()) {
        return false;
      }
      if (sample.asOfNanos() >= to) {
        return true;
      }
    }
    return null;
  }

  /**
   * How long the subject was unavailable to clients: the canary's periods, due at or after {@code
   * from}, in which the read or the write did not succeed.
   */
  synchronized Duration unavailable(long from) {
    Set<Long> failed = new HashSet<>();
    for (CanaryOperation operation : operations) {
      if (operation.dueNanos() >= from && operation.result() != CanaryOperation.Result.OK) {
        failed.add(operation.slot());
      }
    }
    return failed.isEmpty() ? Duration.ZERO : canaryPeriod().multipliedBy(failed.size());
  }

  /** As its operations were due; each canary has its own. */
  private Duration canaryPeriod() {
    Comparator<CanaryOperation> bySlot = Comparator.comparingLong(CanaryOperation::slot);
    CanaryOperation first = Collections.min(operations, bySlot);
    CanaryOperation last = Collections.max(operations, bySlot);
    return Duration.ofNanos(
        (last.dueNanos() - first.dueNanos()) / Math.max(1, last.slot() - first.slot()));
  }

  /** Whether all samples of this last while are healthy, and there are some, and clients served. */
  synchronized boolean steady(long now, Duration length) {
    int newest = samples.size() - 1;
    for (int i = newest; i >= 0 && samples.get(i).nanoTime() >= now - length.toNanos(); i--) {
      if (!samples.get(i).healthy()) {
        return false;
      }
    }
    return newest >= 0 && samples.get(newest).nanoTime() >= now - length.toNanos() && canaryWorks();
  }

  /** Whether the newest sample is healthy. */
  synchronized boolean soundNow() {
    return !samples.isEmpty() && samples.get(samples.size() - 1).healthy();
  }

  /** What is wrong just now, in a few words. */
  synchronized String complaint() {
    if (samples.isEmpty()) {
      return "nobody has looked at it";
    }
    HealthSample newest = samples.get(samples.size() - 1);
    return newest.healthy()
        ? canaryWorks() ? "healthy only at the end" : "the canary cannot read and write"
        : newest.reason();
  }

  /** Whether a sample from the first moment up to, but not at, the second is not healthy. */
  synchronized boolean sickBetween(long from, long to) {
    return samples.stream()
        .filter(sample -> sample.nanoTime() >= from && sample.nanoTime() < to)
        .anyMatch(sample -> !sample.healthy());
  }

  /** Whether no node at all answered in some sample at or after this moment. */
  synchronized boolean allSilentSince(long nanos) {
    return samples.stream()
        .filter(sample -> sample.nanoTime() >= nanos && !sample.nodes().isEmpty())
        .anyMatch(
            sample ->
                sample.nodes().values().stream()
                    .allMatch(node -> node.status() == NodeHealth.Status.UNRESPONSIVE));
  }

  /** What each node was in the newest sample at or before this moment; nothing without one. */
  synchronized Map<String, NodeHealth> nodesAt(long nanos) {
    Map<String, NodeHealth> nodes = Map.of();
    for (HealthSample sample : samples) {
      if (sample.nanoTime() <= nanos) {
        nodes = sample.nodes();
      }
    }
    return nodes;
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

  private OptionalLong firstImpairment(long from, long[] failed) {
    return LongStream.concat(
            samples.stream()
                .filter(sample -> !sample.healthy() && sample.nanoTime() >= from)
                .mapToLong(HealthSample::nanoTime)
                .limit(1),
            Arrays.stream(failed).limit(1))
        .min();
  }

  /** When operations were due that did not succeed, in order. */
  private long[] failures(long from) {
    return operations.stream()
        .filter(operation -> operation.result() != CanaryOperation.Result.OK)
        .mapToLong(CanaryOperation::dueNanos)
        .filter(at -> at >= from)
        .sorted()
        .toArray();
  }
}
