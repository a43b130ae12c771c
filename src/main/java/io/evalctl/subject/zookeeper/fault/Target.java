package io.evalctl.subject.zookeeper.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.DrawOrder;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The node that a fault hits first.
 *
 * @param role what it is just now; empty when it does not serve
 */
record Target(String node, String role) {
  private static final String LEADER = "leader";
  private static final String FOLLOWER = "follower";
  private static final String ANY = "any";

  static Target choose(FaultRequest request, HealthSample health, RandomGenerator random) {
    List<String> nodes = List.copyOf(health.nodes().keySet());
    String wanted = request.target();
    check(wanted, nodes);
    if (request.type() == ChaosType.LEADER_KILL) {
      String leader = pick(withRole(LEADER, health), LEADER, random);
      if (!List.of(ANY, LEADER, leader).contains(wanted)) {
        throw new EvalctlException(
            ErrorCode.UNKNOWN_TARGET,
            "chaos " + request.type() + " hits the leader, which " + wanted + " is not",
            "leave the target out; the leader is " + leader + " just now");
      }
      return new Target(leader, LEADER);
    }
    String node =
        switch (wanted) {
          case ANY -> pick(drawOrder(health), "a node", random);
          case LEADER, FOLLOWER -> pick(withRole(wanted, health), wanted, random);
          default -> wanted;
        };
    return new Target(node, health.nodes().get(node).role());
  }

  /** The nodes in the order in which they are drawn from. */
  static List<String> drawOrder(HealthSample health) {
    return DrawOrder.of(
        List.copyOf(health.nodes().keySet()), node -> health.nodes().get(node).role());
  }

  /** Refuses what is neither a node nor a role. */
  static void check(String wanted, List<String> nodes) {
    List<String> choices = new ArrayList<>(nodes);
    choices.addAll(List.of(LEADER, FOLLOWER, ANY));
    if (!choices.contains(wanted)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "there is no target '" + wanted + "'",
          "targets: " + String.join(", ", choices));
    }
  }

  private static List<String> withRole(String role, HealthSample health) {
    return health.nodes().entrySet().stream()
        .filter(entry -> entry.getValue().status() == NodeHealth.Status.SERVING)
        .filter(entry -> entry.getValue().role().equals(role))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String pick(List<String> candidates, String role, RandomGenerator random) {
    if (candidates.isEmpty()) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_UNHEALTHY,
          "no node is " + role + " just now",
          "wait until the subject is healthy, or name a node");
    }
    return candidates.get(random.nextInt(candidates.size()));
  }
}
