package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * process-pause: SIGSTOP to every process of a container, which the engine does not notice; where
 * they are out of reach, the engine's own pause, which anybody sees. Undone by SIGCONT to the
 * container's stopped processes, except such as were stopped before.
 */
final class PauseFaults implements FaultFamily {
  private static final String SIGNAL = "SIGSTOP";
  private static final int PASSES = 3;

  private final Containers containers;
  private final HostAccess host;

  PauseFaults(Containers containers, HostAccess host) {
    this.containers = containers;
    this.host = host;
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    boolean byPid = host.reaches(state);
    ObjectNode metadata = site.metadata().put("by", byPid ? SIGNAL : "engine-pause");
    ObjectNode node = Struck.add(metadata, target.node(), state);
    if (byPid) {
      ArrayNode before = node.putArray("stoppedBefore");
      HostAccess.processes(state.id()).stream()
          .filter(ProcessIdentity::stopped)
          .forEach(process -> before.add(process.pid() + "/" + process.startTicks()));
    }
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        bySignal(plan.metadata())
            ? "SIGSTOP to the %d processes of container %s (%s)"
                .formatted(HostAccess.processes(struck.id()).size(), struck.name(), struck.node())
            : "pause container %s (%s)".formatted(struck.name(), struck.node()));
  }

  @Override
  public void inject(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    ContainerState state = containers.unchanged(struck);
    if (!bySignal(plan.metadata())) {
      containers.pause(state);
      return;
    }
    // What one process starts before it is stopped is found the next time.
    for (int pass = 0; pass < PASSES; pass++) {
      moving(struck).forEach(process -> process.signal(Signal.STOP));
    }
  }

  private static List<ProcessIdentity> moving(Struck struck) {
    return HostAccess.processes(struck.id()).stream()
        .filter(process -> !process.stopped())
        .toList();
  }

  @Override
  public boolean visible(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return bySignal(plan.metadata())
        ? new ProcessIdentity(struck.pid(), struck.pidStart()).stopped() && moving(struck).isEmpty()
        : containers.find(struck.id()).filter(ContainerState::paused).isPresent();
  }

  /**
   * Whether the container's first process is stopped; of the engine's own pause everybody knows.
   */
  static boolean stopped(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    return bySignal(metadata) && new ProcessIdentity(struck.pid(), struck.pidStart()).stopped();
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(10);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    if (bySignal(metadata)) {
      boolean frozen = paused(metadata).isPresent();
      ours(metadata).stream()
          // What the engine has paused besides does not look stopped, but would be when it goes on.
          .filter(process -> frozen || process.stopped())
          .forEach(process -> process.signal(Signal.CONT));
    } else {
      paused(metadata).ifPresent(containers::unpause);
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return bySignal(metadata)
        ? ours(metadata).stream().noneMatch(ProcessIdentity::stopped)
        : paused(metadata).isEmpty();
  }

  /** The processes of a container that nobody has restarted, but those stopped before. */
  private List<ProcessIdentity> ours(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    if (!new ProcessIdentity(struck.pid(), struck.pidStart()).alive()) {
      return List.of();
    }
    List<String> before = new ArrayList<>();
    struck.json().path("stoppedBefore").forEach(process -> before.add(process.asText()));
    return HostAccess.processes(struck.id()).stream()
        .filter(process -> !before.contains(process.pid() + "/" + process.startTicks()))
        .toList();
  }

  private Optional<ContainerState> paused(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    return containers.find(struck.id()).filter(struck::untouched).filter(ContainerState::paused);
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return true;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    return Optional.empty();
  }

  private static boolean bySignal(JsonNode metadata) {
    return metadata.path("by").asText().equals(SIGNAL);
  }
}
