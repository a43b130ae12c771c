package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.results.Json;
import io.evalctl.results.TrialEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What happened in one trial, in order. Thread-safe. */
final class Timeline {
  private final TimeSource time;
  private final Instant startedAt;
  private final long startedNanos;
  private final List<TrialEvent> events = new ArrayList<>();

  Timeline(TimeSource time) {
    this.time = time;
    this.startedAt = time.now();
    this.startedNanos = time.nanoTime();
  }

  Instant startedAt() {
    return startedAt;
  }

  /** The wall-clock time of a monotonic one, reckoned from the trial's start. */
  Instant at(long nanos) {
    return startedAt.plusNanos(nanos - startedNanos);
  }

  /** The monotonic time of a wall-clock one, reckoned likewise. */
  long nanosAt(Instant instant) {
    return startedNanos + Duration.between(startedAt, instant).toNanos();
  }

  void add(String kind, JsonNode detail) {
    add(kind, time.nanoTime(), detail);
  }

  synchronized void add(String kind, long nanos, JsonNode detail) {
    events.add(new TrialEvent(at(nanos), nanos, kind, detail));
  }

  /** Runs one phase of the trial and notes how long it took, also when it fails. */
  void phase(Phase phase, Runnable work) {
    long began = time.nanoTime();
    try {
      work.run();
    } finally {
      ObjectNode detail = Json.object();
      detail.put("name", phase.label());
      detail.put("durationMs", (time.nanoTime() - began) / 1e6);
      add("phase", began, detail);
    }
  }

  synchronized List<TrialEvent> events() {
    return events.stream().sorted(Comparator.comparingLong(TrialEvent::monoNanos)).toList();
  }
}
