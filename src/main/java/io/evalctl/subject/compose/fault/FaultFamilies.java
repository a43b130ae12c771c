package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Everything that can be made and undone at an engine; metadata is all it takes to undo. */
final class FaultFamilies {
  private static final int MOST_ATTEMPTS = 5;

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
            run,
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

  void undo(ChaosType type, JsonNode metadata) {
    steadily(
        metadata,
        () -> {
          of(type, metadata).undo(type, metadata);
          return true;
        });
  }

  boolean gone(ChaosType type, JsonNode metadata) {
    return steadily(metadata, () -> of(type, metadata).gone(type, metadata));
  }

  /**
   * What is to be known of a fault that was undone.
   *
   * @param fate as {@link #fate} had it before
   */
  Optional<String> note(Fate fate, ChaosType type, JsonNode metadata) {
    Optional<String> difference = steadily(metadata, () -> of(type, metadata).difference(metadata));
    return difference.isEmpty()
        ? fate.told()
        : Optional.of(
            fate.told().map(told -> told + "; ").orElse("") + "not as before: " + difference.get());
  }

  /**
   * Does something to what a fault has struck; again when it fails and a container was stopped,
   * started or replaced by somebody else meanwhile, for then it was done to what is no more.
   */
  private <T> T steadily(JsonNode metadata, Supplier<T> work) {
    String before = whereabouts(metadata);
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (EvalctlException e) {
        String now = e.code() == ErrorCode.INTERRUPTED ? before : whereabouts(metadata);
        if (now.equals(before) || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        before = now;
      }
    }
  }

  private String whereabouts(JsonNode metadata) {
    return Struck.all(metadata).stream()
        .map(
            struck ->
                containers
                    .current(struck)
                    .map(
                        now ->
                            "%s %s %s %s %d"
                                .formatted(
                                    now.id(),
                                    now.startedAt(),
                                    now.running(),
                                    now.paused(),
                                    now.pid()))
                    .orElse("none"))
        .collect(Collectors.joining(", "));
  }

  /**
   * What became of a fault's containers before it was undone.
   *
   * @param told that a restart has ended it, or that there is no container to undo it in
   * @param ended whether so nothing of it was left
   */
  record Fate(Optional<String> told, boolean ended) {
    static final Fate NOTHING = new Fate(Optional.empty(), false);
  }

  /** As it is just now, before it is undone. */
  Fate fate(ChaosType type, JsonNode metadata) {
    of(type, metadata).loosen(metadata);
    List<String> told = new ArrayList<>();
    boolean ended = of(type, metadata).endsWithRestart(metadata);
    for (Struck struck : Struck.all(metadata)) {
      Optional<ContainerState> now = containers.current(struck);
      if (now.isEmpty()) {
        told.add("container-removed (%s)".formatted(struck.node()));
      } else if (!struck.sameContainer(now.get())
          || of(type, metadata).endsWithRestart(metadata) && !struck.untouched(now.get())) {
        told.add(
            "%s (%s)"
                .formatted(
                    now.get().running() ? "healed-by-restart" : "container-stopped",
                    struck.node()));
      } else {
        ended = false;
      }
    }
    return told.isEmpty() ? Fate.NOTHING : new Fate(Optional.of(String.join(", ", told)), ended);
  }
}
