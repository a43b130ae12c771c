package io.evalctl.campaign;

import io.evalctl.subject.CanaryOperation;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Up to when the canary's results are all in. An operation without an answer tells so only when its
 * time is up; until then those that were due later say nothing of the moment it was due. Not
 * thread-safe.
 */
final class CanaryCoverage {
  private static final class Results {
    /** Those that came before one of an earlier slot did. */
    private final Map<Long, Long> dueBySlot = new HashMap<>();

    private long nextSlot;
    private long until = Long.MIN_VALUE;

    void add(CanaryOperation operation) {
      dueBySlot.put(operation.slot(), operation.dueNanos());
      for (Long due = dueBySlot.remove(nextSlot); due != null; due = dueBySlot.remove(nextSlot)) {
        until = due;
        nextSlot++;
      }
    }
  }

  private final Map<CanaryOperation.Kind, Results> results =
      new EnumMap<>(CanaryOperation.Kind.class);
  private boolean complete;

  CanaryCoverage() {
    for (CanaryOperation.Kind kind : CanaryOperation.Kind.values()) {
      results.put(kind, new Results());
    }
  }

  void add(CanaryOperation operation) {
    results.get(operation.kind()).add(operation);
  }

  /** Nothing is under way, and nothing more will come. */
  void complete() {
    complete = true;
  }

  /** The latest moment of which all is known; the least number before the first results. */
  long until() {
    return complete
        ? Long.MAX_VALUE
        : results.values().stream().mapToLong(each -> each.until).min().orElseThrow();
  }
}
