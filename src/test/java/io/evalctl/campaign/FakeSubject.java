package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.results.Json;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Two nodes that are as a test says. A fault on n1 takes it down until it is undone; a
 * process-pause stops it, which its health does not show.
 */
final class FakeSubject implements EvalSubject {
  final TimeSource time = TimeSource.system();
  volatile String leader = "n1";
  volatile boolean sick;
  volatile boolean readable = true;
  volatile boolean struck;
  volatile boolean paused;

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public List<String> nodes() {
    return List.of("n1", "n2");
  }

  @Override
  public void reset() {
    struck = false;
    paused = false;
  }

  @Override
  public void waitHealthy(Deadline deadline) {}

  @Override
  public HealthSample health() {
    Map<String, NodeHealth> nodes = new LinkedHashMap<>();
    for (String node : nodes()) {
      Status status =
          sick ? Status.UNRESPONSIVE : struck && node.equals("n1") ? Status.DOWN : Status.SERVING;
      nodes.put(
          node,
          new NodeHealth(
              status, node.equals(leader) && status == Status.SERVING ? "leader" : "", ""));
    }
    long now = time.nanoTime();
    boolean healthy = !sick && !struck;
    return new HealthSample(now, now, healthy, healthy ? "" : "no look for 4.2s", nodes);
  }

  @Override
  public ObjectNode captureState() {
    ObjectNode state = Json.object();
    nodes().forEach(node -> state.putObject(node).put("alive", true));
    return state;
  }

  @Override
  public ObjectNode topology() {
    return Json.object();
  }

  @Override
  public Canary openCanary(CanaryListener listener) {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    return new Canary() {
      private long slot;

      @Override
      public void start() {
        timer.scheduleAtFixedRate(this::operate, 0, 20, TimeUnit.MILLISECONDS);
      }

      private void operate() {
        long now = time.nanoTime();
        for (CanaryOperation.Kind kind : CanaryOperation.Kind.values()) {
          listener.completed(
              new CanaryOperation(kind, slot, now, now, CanaryOperation.Result.OK, ""));
        }
        slot++;
      }

      @Override
      public void stop(Deadline deadline) {
        timer.shutdown();
      }

      @Override
      public LedgerCheck verify(Deadline deadline) {
        int read = readable ? 0 : -1;
        return new LedgerCheck(5, 0, List.of(), Map.of("n1", read, "n2", read));
      }

      @Override
      public void close() {
        timer.shutdownNow();
      }
    };
  }

  @Override
  public FaultInjector faults() {
    return new FaultInjector() {
      @Override
      public Set<ChaosType> types() {
        return EnumSet.allOf(ChaosType.class);
      }

      @Override
      public FaultPlan plan(FaultRequest request, RandomGenerator random) {
        return new FaultPlan(
            request.type(),
            List.of("n1"),
            leader.equals("n1") ? "leader" : "follower",
            Json.object());
      }

      @Override
      public void inject(FaultPlan plan) {
        if (plan.type() == ChaosType.PROCESS_PAUSE) {
          paused = true;
        } else {
          struck = true;
        }
      }

      @Override
      public boolean visible(FaultPlan plan) {
        return struck || paused;
      }

      @Override
      public Set<String> stopped(FaultPlan plan) {
        return paused ? Set.of("n1") : Set.of();
      }

      @Override
      public Duration witnessDeadline(ChaosType type) {
        return Duration.ofSeconds(5);
      }

      @Override
      public void undo(ChaosType type, JsonNode metadata) {
        struck = false;
        paused = false;
      }

      @Override
      public boolean gone(ChaosType type, JsonNode metadata) {
        return !struck && !paused;
      }
    };
  }

  @Override
  public String agentContext() {
    return "";
  }

  @Override
  public ObjectNode agentDescription() {
    return Json.object();
  }

  @Override
  public Map<String, String> agentEnvironment() {
    return Map.of();
  }

  @Override
  public void close() {}
}
