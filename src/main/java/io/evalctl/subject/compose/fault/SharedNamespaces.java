package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which nodes share a namespace with the machine, or with a container that a fault is not meant
 * for. Immutable.
 *
 * @param networks for each such node or companion how its network is not its own alone, such as
 *     "node n2 (service n2) has network_mode: host"
 * @param processes the same of nodes whose first process is the first of others, too
 */
public record SharedNamespaces(Map<String, String> networks, Map<String, String> processes) {
  public static final SharedNamespaces NONE = new SharedNamespaces(Map.of(), Map.of());

  public SharedNamespaces {
    networks = Collections.unmodifiableMap(new LinkedHashMap<>(networks));
    processes = Collections.unmodifiableMap(new LinkedHashMap<>(processes));
  }

  /** The namespaces that a type of fault works through: sharing them is sharing the fault. */
  private Map<String, String> through(ChaosType type) {
    return switch (type) {
      case NETWORK_PARTITION,
          ASYMMETRIC_PARTITION,
          LATENCY,
          BANDWIDTH,
          CONNECTION_RESET,
          PACKET_LOSS,
          DUPLICATION,
          PORT_BLOCK ->
          networks;
      case NODE_KILL, LEADER_KILL, NODE_STOP, CONFIG_CORRUPTION, MEMORY_EXHAUSTION -> processes;
      case PROCESS_PAUSE, DATA_CORRUPTION, DISK_PRESSURE, CPU_STARVATION, NONE -> Map.of();
    };
  }

  /**
   * @param offered the types that can be made here
   * @throws EvalctlException UNKNOWN_TARGET when the fault would strike others than its target, or
   *     a link would stay that it is to cut
   */
  void refuse(FaultRequest request, List<String> nodes, Supplier<Set<ChaosType>> offered) {
    ChaosType type = request.type();
    Map<String, String> shared = through(type);
    boolean links = isPartition(type);
    List<String> struck =
        nodes.contains(request.target()) ? List.of(request.target()) : List.copyOf(nodes);
    // A partition is a matter of all: the link to one without a network of its own stays.
    Set<String> concerned = new LinkedHashSet<>(struck);
    concerned.addAll(links ? shared.keySet() : Set.of());
    concerned.retainAll(shared.keySet());
    if (concerned.isEmpty()) {
      return;
    }
    String first = concerned.iterator().next();
    throw new EvalctlException(
        ErrorCode.UNKNOWN_TARGET,
        "chaos %s cannot be made with target %s: %s, and so %s"
            .formatted(
                type,
                request.target(),
                shared.get(first),
                shared == networks ? "no network of its own" : "is struck as well"),
        hint(first, nodes, links ? List.of() : nodes, offered.get()));
  }

  private String hint(
      String first, List<String> nodes, List<String> others, Set<ChaosType> offered) {
    if (!nodes.contains(first)) {
      return "give service %s a network, or take it out of companions".formatted(first);
    }
    String meets =
        offered.stream()
            .filter(type -> type != ChaosType.NONE && !through(type).containsKey(first))
            .filter(type -> networks.isEmpty() || !isPartition(type))
            .map(ChaosType::label)
            .collect(Collectors.joining(", "));
    String free =
        others.stream()
            .filter(node -> !networks.containsKey(node) && !processes.containsKey(node))
            .collect(Collectors.joining(", "));
    return "node %s can meet: %s%s"
        .formatted(first, meets, free.isEmpty() ? "" : "; or name another --target: " + free);
  }

  private static boolean isPartition(ChaosType type) {
    return type == ChaosType.NETWORK_PARTITION || type == ChaosType.ASYMMETRIC_PARTITION;
  }
}
