package io.evalctl.subject.zookeeper;

import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * When an ensemble is healthy: every voter serves, exactly one leads, and all are in the same
 * epoch.
 */
final class HealthRule {
  private HealthRule() {}

  /** What was seen of one node. */
  record Sighting(NodeHealth health, OptionalLong epoch) {}

  static HealthSample judge(long nanoTime, long asOfNanos, Map<String, Sighting> sightings) {
    Map<String, NodeHealth> nodes = new LinkedHashMap<>();
    sightings.forEach((node, sighting) -> nodes.put(node, sighting.health()));
    String reason = reason(sightings);
    return new HealthSample(nanoTime, asOfNanos, reason.isEmpty(), reason, nodes);
  }

  private static String reason(Map<String, Sighting> sightings) {
    List<String> faults = new ArrayList<>();
    List<String> leaders = new ArrayList<>();
    Map<String, String> epochs = new LinkedHashMap<>();
    sightings.forEach(
        (node, sighting) -> {
          NodeHealth health = sighting.health();
          if (health.status() != Status.SERVING) {
            faults.add(node + " " + words(health));
            return;
          }
          if (health.role().equals("leader")) {
            leaders.add(node);
          }
          epochs.put(
              node,
              sighting.epoch().isPresent()
                  ? Long.toString(sighting.epoch().getAsLong())
                  : "unknown");
        });
    if (leaders.isEmpty()) {
      faults.add("no leader");
    } else if (leaders.size() > 1) {
      faults.add("more than one leader: " + String.join(", ", leaders));
    }
    if (new TreeSet<>(epochs.values()).size() > 1 || epochs.containsValue("unknown")) {
      faults.add(
          "epochs differ: "
              + epochs.entrySet().stream()
                  .map(entry -> entry.getKey() + " " + entry.getValue())
                  .collect(Collectors.joining(", ")));
    }
    return String.join("; ", faults);
  }

  private static String words(NodeHealth health) {
    String status = health.status().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return health.detail().isEmpty() ? status : status + " (" + health.detail() + ")";
  }
}
