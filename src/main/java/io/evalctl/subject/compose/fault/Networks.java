package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The networks of the containers that a fault of packets or queues is in. */
final class Networks {
  private static final String BEFORE = "networkBefore";

  private final Containers containers;
  private final NamespaceShell shell;

  Networks(Containers containers, NamespaceShell shell) {
    this.containers = containers;
    this.shell = shell;
  }

  /**
   * The state of a container's network; added to its metadata, to be compared with later.
   *
   * @throws EvalctlException FAULT_NOT_INJECTED when it is not its own: whatever is done to it
   *     would be done to others
   */
  NetworkState capture(ContainerState state, ObjectNode node) {
    if (state.sharesNetwork()) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "container %s has no network of its own: its network_mode is %s"
              .formatted(state.name(), state.networkMode()),
          "choose a fault that needs none");
    }
    NetworkState now = look(state);
    ArrayNode before = node.putArray(BEFORE);
    now.foreign().forEach(before::add);
    return now;
  }

  private NetworkState look(ContainerState state) {
    return NetworkState.parse(
        shell
            .run(state, NetworkState.SCRIPT)
            .require(ErrorCode.FAULT_NOT_INJECTED, "reading the network of " + state.name()));
  }

  /** The network of a node that runs; that of one that does not is gone, and all that was in it. */
  Optional<NetworkState> look(Struck struck) {
    return running(struck).map(this::look);
  }

  Optional<ContainerState> running(Struck struck) {
    return containers.current(struck).filter(ContainerState::running);
  }

  ShellEnd run(ContainerState state, String script) {
    return shell.run(state, script);
  }

  /** Changes the network of a container, which must be the one that the fault was planned for. */
  void insert(Struck struck, String script) {
    shell
        .run(containers.unchanged(struck), script)
        .require(
            ErrorCode.FAULT_NOT_INJECTED, "changing the network of container " + struck.name());
  }

  /** Sends what is to meet the fault; whether it arrives is what the witness looks at. */
  void send(JsonNode metadata) {
    for (JsonNode probe : metadata.path("probes")) {
      containers
          .find(probe.path("containerId").asText())
          .filter(state -> state.running() && !state.paused())
          .ifPresent(state -> shell.run(state, probe.path("script").asText()));
    }
  }

  /** Adds a script that sends something, to be run in a container's network by the witness. */
  static void probe(ObjectNode metadata, ContainerState from, String script) {
    metadata
        .withArray("probes")
        .addObject()
        .put("container", from.name())
        .put("containerId", from.id())
        .put("script", script);
  }

  /** Datagrams to the discard port (RFC 863) of each address; pings where there is no bash. */
  static String datagrams(List<String> addresses, int count) {
    return addresses.stream()
        .map(
            address ->
                """
                if command -v bash >/dev/null
                then bash -c 'for i in $(seq %2$d); do echo x >/dev/udp/%1$s/9; done' 2>/dev/null
                else ping -c 1 -W 1 %1$s >/dev/null 2>&1
                fi
                """
                    .formatted(address, count))
        .collect(Collectors.joining("", "", ":\n"));
  }

  /** A connection to each place, which gets a line; nobody waits for an answer. */
  static String connections(String address, List<Integer> ports) {
    return ports.stream()
        .map(
            port ->
                """
                timeout 0.3 bash -c 'exec 3<>/dev/tcp/%s/%d && echo x >&3' 2>/dev/null
                """
                    .formatted(address, port))
        .collect(Collectors.joining("", "", ":\n"));
  }

  /** How the networks differ from before; not told of such as were made anew. */
  Optional<String> difference(JsonNode metadata) {
    List<String> all = new ArrayList<>();
    for (Struck struck : Struck.all(metadata)) {
      Optional<ContainerState> now = running(struck).filter(struck::untouched);
      if (now.isPresent()) {
        List<String> before = new ArrayList<>();
        struck.json().path(BEFORE).forEach(line -> before.add(line.asText()));
        String difference = NetworkState.difference(before, look(now.get()).foreign());
        if (!difference.isEmpty()) {
          all.add("network of %s: %s".formatted(struck.node(), difference));
        }
      }
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
  }
}
