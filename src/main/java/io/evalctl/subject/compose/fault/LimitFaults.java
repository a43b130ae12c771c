package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * cpu-starvation and memory-exhaustion: tight limits in a container's control groups. Where evalctl
 * is root on the engine's machine it sets them there itself, because the engine cannot take a limit
 * back to none; elsewhere by the engine's update, see {@link EngineLimits}. A restart ends the
 * former and not the latter. What the lack of memory has killed is started again by the undo.
 */
final class LimitFaults implements FaultFamily {
  private static final String CONTROL_GROUP = "control-group";
  private static final int SIGKILLED = 137;

  /** The kernel keeps whole pages; no machine has larger ones. */
  private static final long PAGE_BYTES = 65_536;

  private static final long MEGABYTE = 1 << 20;
  private static final long LEAST_QUOTA_MICROS = 1000;

  private final Containers containers;
  private final HostAccess host;
  private final EngineLimits engine;

  LimitFaults(Containers containers, HostAccess host) {
    this.containers = containers;
    this.host = host;
    this.engine = new EngineLimits(containers);
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    boolean here = host.reaches(state);
    ObjectNode metadata = site.metadata().put("by", here ? CONTROL_GROUP : "engine-update");
    ObjectNode node = Struck.add(metadata, target.node(), state);
    if (!here) {
      engine.plan(request, state, node);
    } else if (request.type() == ChaosType.CPU_STARVATION) {
      planProcessor(request, state, node);
    } else {
      planMemory(request, state, node);
    }
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  private static void planProcessor(FaultRequest request, ContainerState state, ObjectNode node) {
    ControlGroup group = ControlGroup.of(state.id(), state.pid(), "cpu");
    String file = group.second() ? "cpu.max" : "cpu.cfs_quota_us";
    String before = require(group, file);
    long period =
        Long.parseLong(group.second() ? before.split(" ")[1] : require(group, "cpu.cfs_period_us"));
    long quota = Math.max(LEAST_QUOTA_MICROS, period * request.number("percent") / 100);
    node.put("controller", "cpu")
        .put("file", file)
        .put("before", before)
        .put("during", group.second() ? quota + " " + period : Long.toString(quota));
  }

  private static void planMemory(FaultRequest request, ContainerState state, ObjectNode node) {
    ControlGroup group = ControlGroup.of(state.id(), state.pid(), "memory");
    long used =
        Long.parseLong(require(group, group.second() ? "memory.current" : "memory.usage_in_bytes"));
    long cached =
        require(group, "memory.stat")
            .lines()
            .filter(
                line -> line.startsWith(group.second() ? "inactive_file " : "total_inactive_file "))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
            .sum();
    long limit = Math.max(0, used - cached) + request.number("headroom_mb") * MEGABYTE;
    String file = group.second() ? "memory.max" : "memory.limit_in_bytes";
    String before = require(group, file);
    if (before.matches("\\d{1,18}") && Long.parseLong(before) <= limit) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "%s has no more than %s bytes of memory already".formatted(state.name(), before),
          "use a smaller headroom_mb");
    }
    node.put("controller", "memory")
        .put("file", file)
        .put("before", before)
        .put("during", Long.toString(limit / PAGE_BYTES * PAGE_BYTES));
  }

  private static String require(ControlGroup group, String file) {
    return group
        .read(file)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.FAULT_NOT_INJECTED,
                    "there is no " + group.directory().resolve(file),
                    "does this kernel have that controller?"));
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        "set %s of container %s (%s) to %s (now %s)"
            .formatted(
                struck.json().path("file").asText(),
                struck.name(),
                struck.node(),
                struck.json().path("during").asText(),
                struck.json().path("before").asText()));
  }

  @Override
  public void inject(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    ContainerState state = containers.unchanged(struck);
    if (here(plan.metadata())) {
      group(struck, state).write(file(struck), struck.json().path("during").asText());
    } else {
      engine.set(state, struck.json(), "during");
    }
  }

  /** Looks at what the kernel says, or at what the engine does. */
  @Override
  public boolean visible(FaultPlan plan) {
    return inPlace(plan.metadata());
  }

  private boolean inPlace(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = containers.find(struck.id());
    if (!here(metadata)) {
      return now.filter(state -> engine.isSet(state, struck.json(), "during")).isPresent();
    }
    return now.filter(host::reaches)
        .flatMap(state -> group(struck, state).read(file(struck)))
        .filter(struck.json().path("during").asText()::equals)
        .isPresent();
  }

  private static ControlGroup group(Struck struck, ContainerState state) {
    return ControlGroup.of(state.id(), state.pid(), struck.json().path("controller").asText());
  }

  private static String file(Struck struck) {
    return struck.json().path("file").asText();
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    Optional<ContainerState> now = containers.find(struck.id());
    if (inPlace(metadata)) {
      if (here(metadata)) {
        group(struck, now.orElseThrow()).write(file(struck), struck.json().path("before").asText());
      } else {
        engine.set(now.orElseThrow(), struck.json(), "before");
      }
    }
    if (type == ChaosType.MEMORY_EXHAUSTION) {
      now.filter(this::killed).ifPresent(containers::start);
    }
  }

  /**
   * By the kernel, which looks like a person's kill, but for that the engine has sent no signal.
   * One that was restarted meanwhile cannot tell; it may have ended the container itself.
   */
  private boolean killed(ContainerState state) {
    return !state.running()
        && (state.outOfMemory()
            || state.exitStatus() == SIGKILLED && containers.diedUnsignalled(state));
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return !inPlace(metadata)
        && (type != ChaosType.MEMORY_EXHAUSTION
            || containers.find(Struck.one(metadata).id()).filter(this::killed).isEmpty());
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return here(metadata);
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    List<String> found = new ArrayList<>();
    containers
        .find(struck.id())
        .filter(state -> !here(metadata) || struck.untouched(state))
        .flatMap(
            state ->
                here(metadata)
                    ? group(struck, state).read(file(struck))
                    : Optional.of(engine.tell(state, struck.json())))
        .filter(value -> !value.equals(struck.json().path("before").asText()))
        .ifPresent(
            value ->
                found.add(
                    "%s of %s is %s and was %s"
                        .formatted(
                            file(struck),
                            struck.node(),
                            value,
                            struck.json().path("before").asText())));
    return found.stream().findFirst();
  }

  private static boolean here(JsonNode metadata) {
    return metadata.path("by").asText().equals(CONTROL_GROUP);
  }
}
