package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The node that a fault hits first.
 *
 * @param role leader, follower, or empty when nobody leads
 */
record Target(String node, String role) {
  private static final String LEADER = "leader";
  private static final String FOLLOWER = "follower";
  private static final String ANY = "any";

  static Target choose(FaultRequest request, FaultScope scope, RandomGenerator random) {
    List<String> nodes = scope.nodes();
    String wanted = request.target();
    List<String> choices = new ArrayList<>(nodes);
    choices.addAll(List.of(LEADER, FOLLOWER, ANY));
    if (!choices.contains(wanted)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_TARGET,
          "there is no target '" + wanted + "'",
          "targets: " + String.join(", ", choices));
    }
    Optional<String> leader = scope.leader().get().filter(nodes::contains);
    boolean leaders = wanted.equals(LEADER) || request.type() == ChaosType.LEADER_KILL;
    if ((leaders || wanted.equals(FOLLOWER)) && leader.isEmpty()) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_UNHEALTHY,
          "no node is leader just now",
          "wait until the subject is healthy, or name a node");
    }
    if (leaders) {
      if (!List.of(ANY, LEADER, leader.get()).contains(wanted)) {
        throw new EvalctlException(
            ErrorCode.UNKNOWN_TARGET,
            "chaos " + request.type() + " hits the leader, which " + wanted + " is not",
            "leave the target out; the leader is " + leader.get() + " just now");
      }
      return new Target(leader.get(), LEADER);
    }
    List<String> candidates =
        switch (wanted) {
          case ANY -> scope.drawOrder();
          case FOLLOWER -> nodes.stream().filter(node -> !node.equals(leader.get())).toList();
          default -> List.of(wanted);
        };
    String node = candidates.get(random.nextInt(candidates.size()));
    return new Target(node, leader.map(found -> found.equals(node) ? LEADER : FOLLOWER).orElse(""));
  }
}
