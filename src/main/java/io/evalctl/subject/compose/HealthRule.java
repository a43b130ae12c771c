package io.evalctl.subject.compose;

import io.evalctl.question.Standing;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges what was seen of a subject. Stateless. */
final class HealthRule {
  private static final String LEADER = "leader";
  private static final String FOLLOWER = "follower";

  /**
   * What was seen of one node.
   *
   * @param container nothing when the engine shows none
   * @param leads passing when it leads; nothing when the node can never lead
   */
  record Sight(Optional<ContainerLook> container, List<Standing> probes, Optional<Standing> leads) {
    private Stream<Standing> standings() {
      return Stream.concat(probes.stream(), leads.stream());
    }
  }

  private HealthRule() {}

  /**
   * @param asOfNanos up to when the containers are known
   * @param engineSeen whether the engine has told of its containers lately
   * @param others what is wrong with containers that are no nodes
   * @param cluster the probes of the whole, by name
   */
  static HealthSample judge(
      long nanoTime,
      long asOfNanos,
      Map<String, Sight> sights,
      boolean engineSeen,
      List<String> others,
      Map<String, Standing> cluster) {
    Map<String, NodeHealth> nodes = new LinkedHashMap<>();
    sights.forEach((name, sight) -> nodes.put(name, node(sight, engineSeen)));
    List<String> reasons = new ArrayList<>();
    if (!engineSeen) {
      reasons.add("the engine does not tell of its containers");
    }
    nodes.forEach(
        (name, health) -> {
          if (health.status() != Status.SERVING) {
            reasons.add(name + " is " + words(health));
          }
        });
    reasons.addAll(others);
    cluster.forEach(
        (name, standing) -> {
          if (!standing.passing()) {
            reasons.add(name + ": " + standing.reason());
          }
        });
    if (sights.values().stream().anyMatch(sight -> sight.leads().isPresent())) {
      long leaders = nodes.values().stream().filter(it -> it.role().equals(LEADER)).count();
      if (leaders != 1) {
        reasons.add(leaders == 0 ? "no leader" : leaders + " leaders");
      }
    }
    long asOf =
        Stream.concat(cluster.values().stream(), sights.values().stream().flatMap(Sight::standings))
            .mapToLong(Standing::asOfNanos)
            .reduce(asOfNanos, Math::min);
    return new HealthSample(nanoTime, asOf, reasons.isEmpty(), String.join(", ", reasons), nodes);
  }

  private static NodeHealth node(Sight sight, boolean engineSeen) {
    if (engineSeen) {
      if (sight.container().isEmpty()) {
        return new NodeHealth(Status.DOWN, "", "no container");
      }
      ContainerLook container = sight.container().get();
      switch (container.state()) {
        case STOPPED -> {
          return new NodeHealth(Status.DOWN, "", container.status());
        }
        case PAUSED -> {
          return new NodeHealth(Status.UNRESPONSIVE, "", container.status());
        }
        case RUNNING -> {}
      }
    }
    for (Standing probe : sight.probes()) {
      if (!probe.passing()) {
        return new NodeHealth(
            probe.answered() ? Status.NOT_SERVING : Status.UNRESPONSIVE, "", probe.reason());
      }
    }
    String role = sight.leads().map(leads -> leads.passing() ? LEADER : FOLLOWER).orElse("");
    return new NodeHealth(Status.SERVING, role, "");
  }

  private static String words(NodeHealth health) {
    String status = health.status().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return health.detail().isEmpty() ? status : status + " (" + health.detail() + ")";
  }
}
