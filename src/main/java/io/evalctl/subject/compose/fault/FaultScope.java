package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.DrawOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What faults may be made of: the nodes of one Compose project, and how many of them.
 *
 * @param project the Compose project; a container that does not carry its label is never touched
 * @param run the run's id, after which everything that is made is named
 * @param containers the container's name of each node, in the order of the nodes
 * @param leader which node leads just now; empty when none does, or when the subject has no leaders
 * @param maxNodes the most nodes under fault at once
 * @param lifetime the longest that a fault may stay in; then it is undone even if evalctl is gone
 * @param claims a directory for what is to be undone then; made when needed
 * @param dataPaths directory in its container that disk-pressure fills, for nodes whose first
 *     writable volume it is not
 * @param configFiles the file in a node's container that config-corruption spoils; a node that is
 *     not there has none
 * @param toolsImage an image with sh, bash, iptables, iproute2 for where evalctl is not root on the
 *     engine's host, or null
 */
public record FaultScope(
    String project,
    String run,
    Map<String, String> containers,
    Supplier<Optional<String>> leader,
    int maxNodes,
    Duration lifetime,
    Path claims,
    Map<String, String> dataPaths,
    Map<String, String> configFiles,
    String toolsImage) {
  public FaultScope {
    dataPaths = Map.copyOf(dataPaths);
    configFiles = Map.copyOf(configFiles);
    containers = Collections.unmodifiableMap(new LinkedHashMap<>(containers));
  }

  /** A minority of so many nodes, at least one. */
  public static int minority(int nodes) {
    return Math.max(1, (nodes - 1) / 2);
  }

  List<String> nodes() {
    return List.copyOf(containers.keySet());
  }

  /** The nodes in the order in which they are drawn from. */
  List<String> drawOrder() {
    String leading = leader.get().orElse("");
    return DrawOrder.of(nodes(), node -> node.equals(leading) ? "leader" : "");
  }
}
