package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.Signal;
import io.evalctl.subject.PortBlock;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The nodes of an ensemble as processes: where they listen, how they begin and end. */
final class Ensemble {
  private static final Duration PORT_LIMIT = Duration.ofSeconds(2);

  private final EnsembleHome home;
  private final String runId;
  private final TimeSource time;
  private final Map<String, NodePorts> ports;
  private final Map<String, Integer> clientPorts;
  private final EnsembleFiles files;

  /**
   * @param ports free ones, three for each node
   */
  Ensemble(
      ZookeeperOptions options,
      List<Integer> ports,
      LinkFabric links,
      NodeProgram program,
      TimeSource time) {
    this.home = EnsembleHome.of(options.home(), options.nodeCount());
    this.runId = options.runId();
    this.time = time;
    this.ports = NodePorts.assign(home.nodeNames(), ports);
    this.clientPorts = map(own -> own.client());
    clientPorts.replaceAll((node, port) -> links.port(LinkFabric.CLIENT, node, port));
    this.files = new EnsembleFiles(home, this.ports, links, program, runId, guide());
  }

  EnsembleHome home() {
    return home;
  }

  Map<String, NodePorts> ports() {
    return ports;
  }

  /** Each node's own client port, past all links. */
  Map<String, Integer> nodePorts() {
    return map(NodePorts::client);
  }

  /** Where clients reach each node. */
  Map<String, Integer> clientPorts() {
    return clientPorts;
  }

  OperatorGuide guide() {
    return new OperatorGuide(home, clientPorts);
  }

  /** Ends whatever runs, removes all data and starts every node. */
  void startAfresh() {
    end();
    awaitPorts();
    files.write();
    new NodeCommand(home).start(home.nodeNames());
  }

  /** Ends every node, also those that an operator has started in a way of his own. */
  void end() {
    end(home, runId, time);
  }

  static void end(EnsembleHome home, String runId, TimeSource time) {
    for (NodeHome node : home.nodes()) {
      node.process().ifPresent(process -> process.signal(Signal.KILL));
    }
    MarkedProcesses.killAll(EnsembleOwner.MARKER, runId, time);
  }

  private void awaitPorts() {
    ports.forEach(
        (node, own) -> {
          for (int port : List.of(own.client(), own.quorum(), own.election())) {
            boolean free =
                Waiter.reached(
                    "port " + port,
                    Deadline.in(PORT_LIMIT, time),
                    Duration.ofMillis(50),
                    () -> PortBlock.free(port));
            if (!free) {
              throw new EvalctlException(
                  ErrorCode.PORT_TAKEN,
                  "port %d of %s has been taken by another program".formatted(port, node),
                  "end that program, or run again: every run picks its ports anew");
            }
          }
        });
  }

  private Map<String, Integer> map(ToIntFunction<NodePorts> choice) {
    Map<String, Integer> chosen = new LinkedHashMap<>();
    ports.forEach((node, own) -> chosen.put(node, choice.applyAsInt(own)));
    return chosen;
  }
}
