package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import java.util.List;
import java.util.function.Predicate;

/**
 * Says what a fault would do to whom, before there is a container.
 *
 * @param root whether processes and control groups can be reached without the engine
 * @param byRules whether rules make a type for want of a queue
 */
record Foresight(FaultScope scope, boolean root, Predicate<ChaosType> byRules) {

  String tell(FaultRequest request) {
    List<String> nodes = scope.nodes();
    boolean named = nodes.contains(request.target());
    return "%s: %s, in %s of project %s; no more than %d of %d nodes at once; undone after %ds at the latest"
        .formatted(
            request.type(),
            manner(request.type()),
            named ? "container " + scope.containers().get(request.target()) : candidates(request),
            scope.project(),
            scope.maxNodes(),
            nodes.size(),
            scope.lifetime().toSeconds());
  }

  private String candidates(FaultRequest request) {
    String role = request.target().equals("any") ? "one" : "the " + request.target();
    return (request.type() == ChaosType.LEADER_KILL ? "the leader" : role)
        + " of the containers "
        + String.join(", ", scope.containers().values());
  }

  private String manner(ChaosType type) {
    return switch (type) {
      case NONE -> "nothing";
      case NODE_KILL, LEADER_KILL ->
          root ? "SIGKILL to its first process" : "SIGKILL by the engine";
      case NODE_STOP -> "a stop by the engine";
      case PROCESS_PAUSE -> root ? "SIGSTOP to its processes" : "a pause by the engine";
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK, CONNECTION_RESET ->
          "packet rules in a chain of our own";
      case PACKET_LOSS, DUPLICATION ->
          byRules.test(type)
              ? "packet rules in a chain of our own"
              : "a queue of our own for what it sends (netem)";
      case LATENCY -> "a queue of our own for what it sends (netem)";
      case BANDWIDTH -> "a queue of our own for what it sends (tbf)";
      case CPU_STARVATION, MEMORY_EXHAUSTION ->
          root ? "a limit in its control group" : "a limit by the engine";
      case DISK_PRESSURE -> "a file of our own in its data";
      case CONFIG_CORRUPTION -> "a mistake in its configuration, then SIGKILL";
      case DATA_CORRUPTION -> throw new IllegalArgumentException(type + " is not made here");
    };
  }
}
