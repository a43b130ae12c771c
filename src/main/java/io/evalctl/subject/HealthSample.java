package io.evalctl.subject;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One look at a subject.
 *
 * @param nanoTime monotonic time at which the look began
 * @param asOfNanos monotonic time up to which it is known: the oldest question whose answer it
 *     rests on was asked then. What happened later, such as the stop of a node that owes an answer,
 *     may not show in it yet
 * @param healthy whether the subject as a whole was healthy
 * @param reason why it was not healthy, in a few words; empty when it was
 * @param nodes each node's own part, in the subject's order
 */
public record HealthSample(
    long nanoTime, long asOfNanos, boolean healthy, String reason, Map<String, NodeHealth> nodes) {
  public HealthSample {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
  }

  /** The same, where the process of these nodes is known to be stopped. */
  public HealthSample withStopped(Set<String> stopped) {
    Map<String, NodeHealth> seen = new LinkedHashMap<>(nodes);
    Set<String> unnoticed = new LinkedHashSet<>(serving());
    unnoticed.retainAll(stopped);
    if (unnoticed.isEmpty()) {
      return this;
    }
    NodeHealth silent = new NodeHealth(NodeHealth.Status.UNRESPONSIVE, "", "process stopped");
    unnoticed.forEach(node -> seen.put(node, silent));
    String added = String.join(", ", unnoticed) + " unresponsive (process stopped)";
    return new HealthSample(
        nanoTime, asOfNanos, false, reason.isEmpty() ? added : reason + "; " + added, seen);
  }

  /** The names of the nodes that serve, in the subject's order. */
  public Set<String> serving() {
    return nodes.entrySet().stream()
        .filter(node -> node.getValue().status() == NodeHealth.Status.SERVING)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
