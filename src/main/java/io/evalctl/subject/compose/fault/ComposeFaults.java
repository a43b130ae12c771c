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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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

  /** How long an engine that is being restarted is waited for by each step of an undo. */
  private static final Duration ENGINE_RESTART = Duration.ofSeconds(30);

  private static final Duration ENGINE_LOOK = Duration.ofMillis(200);

  private final FaultScope scope;
  private final FaultFamilies families;
  private final HostAccess host;
  private final OfferedFaults offer;
  private final DeadMan deadMan;
  private final TimeSource time;
  private final Map<String, Set<String>> underFault = new LinkedHashMap<>();
  private final Map<String, FaultFamilies.Fate> fates = new HashMap<>();

  public ComposeFaults(DockerEngine engine, FaultScope scope, TimeSource time) {
    this(engine, scope, HostAccess.of(engine), time);
  }

  ComposeFaults(DockerEngine engine, FaultScope scope, HostAccess host, TimeSource time) {
    this.scope = scope;
    this.host = host;
    this.time = time;
    this.families = new FaultFamilies(engine, host, scope.toolsImage(), scope.run(), time);
    this.offer = new OfferedFaults(!scope.configFiles().isEmpty(), families::features);
    this.deadMan = new DeadMan(scope.claims(), scope.lifetime(), time);
  }

  @Override
  public Set<ChaosType> types() {
    return offer.types();
  }

  /**
   * {@inheritDoc}
   *
   * @throws EvalctlException UNKNOWN_CHAOS with what the subject, the kernel or the engine lacks
   */
  @Override
  public void preflight(FaultRequest request) {
    offer
        .lacking(request.type())
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
    boolean rules = offer.byRules(request.type());
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

  private void requireSix(ChaosType type) {
    offer
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
    return new Foresight(scope, host.root(), offer::byRules).tell(request);
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
  public Set<String> stopped(FaultPlan plan) {
    return plan.type() == ChaosType.PROCESS_PAUSE && PauseFaults.stopped(plan.metadata())
        ? Set.copyOf(plan.targets())
        : Set.of();
  }

  @Override
  public Duration witnessDeadline(ChaosType type) {
    return families.of(type, offer.byRules(type)).witnessDeadline();
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    throughRestart(
        () -> {
          FaultFamilies.Fate known = fates.get(tag(metadata));
          FaultFamilies.Fate fate = known == null ? families.fate(type, metadata) : known;
          families.undo(type, metadata);
          fates.put(tag(metadata), fate);
          return true;
        });
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    boolean gone = throughRestart(() -> families.gone(type, metadata));
    if (gone && fates.containsKey(tag(metadata))) {
      deadMan.disarm(tag(metadata));
      underFault.remove(tag(metadata));
    }
    return gone;
  }

  @Override
  public Optional<String> undoNote(ChaosType type, JsonNode metadata) {
    return throughRestart(() -> families.note(fate(metadata), type, metadata));
  }

  @Override
  public boolean endedEarly(JsonNode metadata) {
    return fate(metadata).ended();
  }

  private FaultFamilies.Fate fate(JsonNode metadata) {
    return fates.getOrDefault(tag(metadata), FaultFamilies.Fate.NOTHING);
  }

  /** Does a step of an undo, once more from its beginning when the engine was away meanwhile. */
  private <T> T throughRestart(Supplier<T> step) {
    EvalctlException[] away = new EvalctlException[1];
    return Waiter.poll(
            "the engine to answer",
            Deadline.in(ENGINE_RESTART, time),
            ENGINE_LOOK,
            () -> {
              try {
                return Optional.of(step.get());
              } catch (EvalctlException e) {
                if (e.code() != ErrorCode.DOCKER_UNREACHABLE) {
                  throw e;
                }
                away[0] = e;
                return Optional.empty();
              }
            })
        .orElseThrow(() -> away[0]);
  }

  private static String tag(JsonNode metadata) {
    return metadata.path("tag").asText();
  }
}
