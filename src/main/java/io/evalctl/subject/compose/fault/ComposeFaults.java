package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The faults of a subject in containers. Nothing but the containers of its own project is touched,
 * and never more nodes at once than it may. Before a fault is made, a process of its own is left
 * waiting, which undoes it at the end of its lifetime even when evalctl is gone for good. Not
 * thread-safe. It holds nothing that is to be closed but what {@link #undo} ends.
 */
public final class ComposeFaults implements FaultInjector {
  /** Tells the faults of all injectors of this process apart. */
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static final int MOST_RUN_CHARACTERS = 12;

  /** How long an engine may be away in the middle of a trial. */
  private static final Duration ENGINE_RESTART = Duration.ofSeconds(30);

  private static final Duration ENGINE_LOOK = Duration.ofMillis(200);

  private final FaultScope scope;
  private final FaultFamilies families;
  private final HostAccess host;
  private final DeadMan deadMan;
  private final TimeSource time;
  private final Map<String, Set<String>> underFault = new LinkedHashMap<>();
  private final Map<String, Optional<String>> fates = new HashMap<>();
  private KernelFeatures features;

  public ComposeFaults(DockerEngine engine, FaultScope scope, TimeSource time) {
    this(engine, scope, HostAccess.of(engine), time);
  }

  ComposeFaults(DockerEngine engine, FaultScope scope, HostAccess host, TimeSource time) {
    this.scope = scope;
    this.host = host;
    this.time = time;
    this.families = new FaultFamilies(engine, host, scope.toolsImage(), scope.run(), time);
    this.deadMan = new DeadMan(scope.claims(), scope.lifetime(), time);
  }

  @Override
  public Set<ChaosType> types() {
    Set<ChaosType> offered = new TreeSet<>();
    for (ChaosType type : ChaosType.values()) {
      if (lacking(type).isEmpty()) {
        offered.add(type);
      }
    }
    return offered;
  }

  /** Why a type cannot be offered here. */
  private Optional<String> lacking(ChaosType type) {
    return switch (type) {
      case NONE, NODE_KILL, LEADER_KILL, NODE_STOP, PROCESS_PAUSE -> Optional.empty();
      case DISK_PRESSURE, CPU_STARVATION, MEMORY_EXHAUSTION -> Optional.empty();
      case DATA_CORRUPTION -> Optional.of("it is not made in containers");
      case CONFIG_CORRUPTION ->
          scope.configFiles().isEmpty()
              ? Optional.of("the subject names no file of configuration")
              : Optional.empty();
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK -> lacking(KernelFeatures.RULES);
      case CONNECTION_RESET -> lacking(KernelFeatures.RESETS);
      case LATENCY -> lacking(KernelFeatures.NETEM);
      case BANDWIDTH -> lacking(KernelFeatures.TBF);
      case PACKET_LOSS -> lacking(KernelFeatures.NETEM, KernelFeatures.SHARES);
      case DUPLICATION -> lacking(KernelFeatures.NETEM, KernelFeatures.COPIES);
    };
  }

  /** One of the features is enough. */
  private Optional<String> lacking(String... any) {
    KernelFeatures found = features();
    for (String feature : any) {
      if (found.has(feature)) {
        return Optional.empty();
      }
    }
    return Optional.of(found.lacking().get(any[any.length - 1]));
  }

  private KernelFeatures features() {
    if (features == null) {
      features = families.features();
    }
    return features;
  }

  /**
   * {@inheritDoc}
   *
   * @throws EvalctlException UNKNOWN_CHAOS with what the subject, the kernel or the engine lacks
   */
  @Override
  public void preflight(FaultRequest request) {
    lacking(request.type())
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.UNKNOWN_CHAOS,
                  "chaos %s cannot be made here: %s".formatted(request.type(), why),
                  "this can: "
                      + String.join(", ", types().stream().map(ChaosType::label).toList()));
            });
  }

  /**
   * {@inheritDoc}
   *
   * @throws EvalctlException UNKNOWN_TARGET, UNKNOWN_PARAMETER, SUBJECT_UNHEALTHY when nobody leads
   *     and a leader is asked for; FAULT_NOT_INJECTED when the target is in no state to be hit,
   *     does not belong to the project, or more nodes would be hit than may be
   */
  @Override
  public FaultPlan plan(FaultRequest request, RandomGenerator random) {
    String run = scope.run().replaceAll("[^A-Za-z0-9]", "");
    String tag =
        ChainRules.PREFIX
            + run.substring(0, Math.min(MOST_RUN_CHARACTERS, run.length()))
            + "-"
            + Integer.toString(NUMBER.incrementAndGet(), Character.MAX_RADIX);
    FaultSite site = new FaultSite(scope, families.containers(), tag);
    boolean rules = byRules(request.type());
    FaultPlan plan =
        families
            .of(request.type(), rules)
            .plan(request, Target.choose(request, scope, random), site, random);
    requireFewNodes(plan);
    if (ChainRules.anySix(plan.metadata())) {
      requireSix(request.type());
    }
    return plan;
  }

  private boolean byRules(ChaosType type) {
    boolean both = type == ChaosType.PACKET_LOSS || type == ChaosType.DUPLICATION;
    return both && !features().has(KernelFeatures.NETEM);
  }

  private void requireSix(ChaosType type) {
    features()
        .lackingForSix(type)
        .ifPresent(
            why -> {
              throw new EvalctlException(
                  ErrorCode.FAULT_NOT_INJECTED,
                  "%s would leave the nodes' IPv6 alone: %s".formatted(type, why),
                  "take IPv6 from the nodes' network (enable_ipv6), or choose another fault");
            });
  }

  private void requireFewNodes(FaultPlan plan) {
    Set<String> hit = new LinkedHashSet<>();
    Struck.all(plan.metadata()).forEach(struck -> hit.add(struck.node()));
    underFault.values().forEach(hit::addAll);
    if (hit.size() > scope.maxNodes()) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "%s would put %d nodes under fault at once (%s), and no more than %d may be"
              .formatted(plan.type(), hit.size(), String.join(", ", hit), scope.maxNodes()),
          "allow it with --max-nodes " + hit.size());
    }
  }

  /**
   * What a request would do to whom, in a line, before there is a container: nothing is changed.
   *
   * @throws EvalctlException as {@link #preflight} and {@link #plan} do
   */
  public String foresee(FaultRequest request) {
    preflight(request);
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
          host.root() ? "SIGKILL to its first process" : "SIGKILL by the engine";
      case NODE_STOP -> "a stop by the engine";
      case PROCESS_PAUSE -> host.root() ? "SIGSTOP to its processes" : "a pause by the engine";
      case NETWORK_PARTITION, ASYMMETRIC_PARTITION, PORT_BLOCK, CONNECTION_RESET ->
          "packet rules in a chain of our own";
      case PACKET_LOSS, DUPLICATION ->
          byRules(type)
              ? "packet rules in a chain of our own"
              : "a queue of our own for what it sends (netem)";
      case LATENCY -> "a queue of our own for what it sends (netem)";
      case BANDWIDTH -> "a queue of our own for what it sends (tbf)";
      case CPU_STARVATION, MEMORY_EXHAUSTION ->
          host.root() ? "a limit in its control group" : "a limit by the engine";
      case DISK_PRESSURE -> "a file of our own in its data";
      case CONFIG_CORRUPTION -> "a mistake in its configuration, then SIGKILL";
      case DATA_CORRUPTION -> throw new IllegalArgumentException(type + " is not made here");
    };
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    return families.of(plan.type(), plan.metadata()).describe(plan);
  }

  @Override
  public void inject(FaultPlan plan) {
    if (plan.type() == ChaosType.NONE) {
      return;
    }
    deadMan.arm(plan.type(), plan.metadata());
    Set<String> nodes = new LinkedHashSet<>();
    Struck.all(plan.metadata()).forEach(struck -> nodes.add(struck.node()));
    underFault.put(tag(plan.metadata()), nodes);
    families.of(plan.type(), plan.metadata()).inject(plan);
  }

  @Override
  public boolean visible(FaultPlan plan) {
    return families.of(plan.type(), plan.metadata()).visible(plan);
  }

  @Override
  public Duration witnessDeadline(ChaosType type) {
    return families.of(type, byRules(type)).witnessDeadline();
  }

  /** {@inheritDoc} An engine that is being restarted is waited for. */
  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    EvalctlException[] refused = new EvalctlException[1];
    boolean done =
        Waiter.reached(
            "the engine to answer",
            Deadline.in(ENGINE_RESTART, time),
            ENGINE_LOOK,
            () -> {
              try {
                fates.computeIfAbsent(tag(metadata), tag -> families.fate(type, metadata));
                families.undo(type, metadata);
                return true;
              } catch (EvalctlException e) {
                if (e.code() != ErrorCode.DOCKER_UNREACHABLE) {
                  throw e;
                }
                refused[0] = e;
                return false;
              }
            });
    if (!done) {
      throw refused[0];
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    boolean gone = families.gone(type, metadata);
    if (gone && fates.containsKey(tag(metadata))) {
      deadMan.disarm(tag(metadata));
      underFault.remove(tag(metadata));
    }
    return gone;
  }

  @Override
  public Optional<String> undoNote(ChaosType type, JsonNode metadata) {
    Optional<String> fate = fates.getOrDefault(tag(metadata), Optional.empty());
    return families.note(fate, type, metadata);
  }

  private static String tag(JsonNode metadata) {
    return metadata.path("tag").asText();
  }
}
