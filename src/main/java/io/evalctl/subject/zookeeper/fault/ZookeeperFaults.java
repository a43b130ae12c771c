package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosParameter;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.Signal;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.zookeeper.EnsembleHome;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The faults of an embedded ensemble. Not thread-safe. It holds nothing that is to be closed; its
 * probes end with the links.
 */
public final class ZookeeperFaults implements FaultInjector {
  private static final Set<ChaosType> OFFERED =
      Collections.unmodifiableSet(
          EnumSet.complementOf(
              EnumSet.of(
                  ChaosType.PACKET_LOSS,
                  ChaosType.DUPLICATION,
                  ChaosType.PORT_BLOCK,
                  ChaosType.DISK_PRESSURE,
                  ChaosType.CPU_STARVATION,
                  ChaosType.MEMORY_EXHAUSTION)));

  private final Supplier<HealthSample> health;
  private final FaultFamily kill;
  private final FaultFamily stop;
  private final FaultFamily pause;
  private final FaultFamily config;
  private final FaultFamily data;
  private final FaultFamily network;
  private final FaultFamily nothing = new NoFault();

  /**
   * @param links the ensemble's network
   * @param backups directory for copies of damaged files, which operators should not come across;
   *     made when needed, empty when every fault is undone
   * @param health one look at the ensemble, past the links
   */
  public ZookeeperFaults(
      EnsembleHome home,
      ProxiedLinks links,
      Path backups,
      Supplier<HealthSample> health,
      TimeSource time) {
    this.health = health;
    NodeProcesses processes = new NodeProcesses(home, health, time);
    this.kill = new ProcessFaults(processes, Signal.KILL);
    this.stop = new ProcessFaults(processes, Signal.TERM);
    this.pause = new ProcessFaults(processes, Signal.STOP);
    this.config = new ConfigFaults(home, processes);
    this.data = new DataFaults(home, processes, backups);
    this.network = new LinkFaults(home.nodeNames(), links, health, time);
  }

  private FaultFamily family(ChaosType type) {
    return switch (type) {
      case NODE_KILL, LEADER_KILL -> kill;
      case NODE_STOP -> stop;
      case PROCESS_PAUSE -> pause;
      case CONFIG_CORRUPTION -> config;
      case DATA_CORRUPTION -> data;
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, LATENCY, BANDWIDTH, CONNECTION_RESET -> network;
      case NONE -> nothing;
      case PACKET_LOSS, DUPLICATION, PORT_BLOCK, DISK_PRESSURE, CPU_STARVATION, MEMORY_EXHAUSTION ->
          throw new EvalctlException(
              ErrorCode.UNKNOWN_CHAOS, "the embedded ensemble does not offer chaos " + type, null);
    };
  }

  @Override
  public Set<ChaosType> types() {
    return OFFERED;
  }

  @Override
  public void preflight(FaultRequest request) {
    requireOffered(request);
  }

  /**
   * Refuses what no embedded ensemble can have, before there is one.
   *
   * @throws EvalctlException UNKNOWN_CHAOS or UNKNOWN_PARAMETER
   */
  public static void requireOffered(FaultRequest request) {
    if (!OFFERED.contains(request.type())) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_CHAOS,
          "subject zookeeper does not offer chaos " + request.type(),
          "it offers " + String.join(", ", OFFERED.stream().map(ChaosType::label).toList()));
    }
    ChaosParameter policy = ChaosParameter.RESTART_POLICY;
    String asked = request.parameters().getOrDefault(policy.name(), policy.defaultValue());
    if (!asked.equals(policy.defaultValue())) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "the nodes of the embedded ensemble have no restart policy that could be kept",
          "leave the parameter " + policy.name() + " out");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.evalctl.error.EvalctlException UNKNOWN_TARGET with the list of targets;
   *     UNKNOWN_PARAMETER when a parameter makes no sense for that many nodes; SUBJECT_UNHEALTHY
   *     when no node has the role asked for; FAULT_NOT_INJECTED when the target is in no state to
   *     be hit
   */
  @Override
  public FaultPlan plan(FaultRequest request, RandomGenerator random) {
    return family(request.type())
        .plan(request, Target.choose(request, health.get(), random), random);
  }

  @Override
  public void inject(FaultPlan plan) {
    family(plan.type()).inject(plan);
  }

  @Override
  public boolean visible(FaultPlan plan) {
    return family(plan.type()).visible(plan);
  }

  @Override
  public Set<String> stopped(FaultPlan plan) {
    return plan.type() == ChaosType.PROCESS_PAUSE
            && NodeProcess.of(plan.metadata()).process().stopped()
        ? Set.copyOf(plan.targets())
        : Set.of();
  }

  @Override
  public Duration witnessDeadline(ChaosType type) {
    return family(type).witnessDeadline();
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    family(type).undo(type, metadata);
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return family(type).gone(type, metadata);
  }
}
