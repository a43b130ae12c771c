package io.evalctl.subject;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One look at a subject.
 *
 * @param nanoTime monotonic time at which the look began
 * @param healthy whether the subject as a whole was healthy
 * @param reason why it was not healthy, in a few words; empty when it was
 * @param nodes each node's own part, in the subject's order
 */
public record HealthSample(
    long nanoTime, boolean healthy, String reason, Map<String, NodeHealth> nodes) {
  public HealthSample {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
  }
}
