package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that can be made and undone at an engine; metadata is all it takes to undo. */
final class FaultFamilies {
  private final Containers containers;
  private final NamespaceShell shell;
  private final FaultFamily end;
  private final FaultFamily pause;
  private final FaultFamily packets;
  private final FaultFamily queues;
  private final FaultFamily limits;
  private final FaultFamily disk;
  private final FaultFamily config;
  private final FaultFamily nothing = new NoFault();

  /**
   * @param toolsImage for where evalctl is not root on the engine's machine, or null
   */
  FaultFamilies(
      DockerEngine engine, HostAccess host, String toolsImage, String run, TimeSource time) {
    this.containers = new Containers(engine);
    this.shell =
        new NamespaceShell(
            host,
            toolsImage == null ? null : new ToolsContainer(engine, toolsImage, run, time),
            time);
    Comeback comeback = new Comeback(containers, host, time);
    ContainerFiles files = new ContainerFiles(containers, host, shell);
    Networks networks = new Networks(containers, shell);
    this.end = new EndFaults(comeback);
    this.pause = new PauseFaults(containers, host);
    this.packets = new PacketFaults(networks);
    this.queues = new QueueFaults(networks);
    this.limits = new LimitFaults(containers, host);
    this.disk = new DiskFaults(containers, files);
    this.config = new ConfigFaults(comeback, files);
  }

  Containers containers() {
    return containers;
  }

  KernelFeatures features() {
    return KernelFeatures.probe(shell);
  }

  /**
   * @param byRules whether a fault that both could make is made by rules and not by a queue
   */
  FaultFamily of(ChaosType type, boolean byRules) {
    return switch (type) {
      case NODE_KILL, LEADER_KILL, NODE_STOP -> end;
      case PROCESS_PAUSE -> pause;
      case CONFIG_CORRUPTION -> config;
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK, CONNECTION_RESET -> packets;
      case PACKET_LOSS, DUPLICATION -> byRules ? packets : queues;
      case LATENCY, BANDWIDTH -> queues;
      case DISK_PRESSURE -> disk;
      case CPU_STARVATION, MEMORY_EXHAUSTION -> limits;
      case NONE -> nothing;
      case DATA_CORRUPTION ->
          throw new IllegalArgumentException(type + " is not made in containers");
    };
  }

  FaultFamily of(ChaosType type, JsonNode metadata) {
    return of(type, metadata.path("mechanism").asText().equals(PacketFaults.MECHANISM));
  }

  /**
   * What the containers' fate tells of a fault before it is undone: a restart has ended it, or
   * there is no container to undo it in.
   */
  Optional<String> fate(ChaosType type, JsonNode metadata) {
    List<String> told = new ArrayList<>();
    for (Struck struck : Struck.all(metadata)) {
      Optional<ContainerState> now = containers.current(struck);
      if (now.isEmpty()) {
        told.add("container-removed (%s)".formatted(struck.node()));
      } else if (!struck.sameContainer(now.get())
          || of(type, metadata).endsWithRestart() && !struck.untouched(now.get())) {
        told.add(
            "%s (%s)"
                .formatted(
                    now.get().running() ? "healed-by-restart" : "container-stopped",
                    struck.node()));
      }
    }
    return told.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", told));
  }
}
