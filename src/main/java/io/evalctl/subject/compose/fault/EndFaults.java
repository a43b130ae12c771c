package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosParameter;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * node-kill, leader-kill, node-stop: the container's end, by SIGKILL or by the engine's orderly
 * stop. The engine would start a crashed container again where its restart policy says so: the
 * policy is off while the fault is in, unless it is to be kept.
 */
final class EndFaults implements FaultFamily {
  private static final String POLICY = "policy";
  private static final String KEEP = "keep";

  private final Comeback comeback;

  EndFaults(Comeback comeback) {
    this.comeback = comeback;
  }

  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    ContainerState state = site.require(target.node());
    boolean byPid = request.type() != ChaosType.NODE_STOP && comeback.host().reaches(state);
    String policy = request.parameters().getOrDefault(POLICY, "disable");
    if (policy.equals(KEEP) && !byPid) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "the restart policy cannot be kept: what is killed through the engine is not restarted",
          "run evalctl as root on the engine's machine, or leave the parameter "
              + ChaosParameter.RESTART_POLICY.name()
              + " out");
    }
    ObjectNode metadata = site.metadata();
    metadata.put("by", byPid ? "host-pid" : "engine").put(POLICY, policy);
    Struck.add(metadata, target.node(), state);
    return new FaultPlan(request.type(), List.of(target.node()), target.role(), metadata);
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    Struck struck = Struck.one(plan.metadata());
    return List.of(
        plan.type() == ChaosType.NODE_STOP
            ? "stop container %s (%s)".formatted(struck.name(), struck.node())
            : "SIGKILL to process %d of container %s (%s)"
                .formatted(struck.pid(), struck.name(), struck.node()),
        keeps(plan.metadata())
            ? "leave its restart policy, " + struck.policy()
            : "set its restart policy, %s, to no meanwhile".formatted(struck.policy()));
  }

  @Override
  public void inject(FaultPlan plan) {
    ContainerState state = comeback.containers().unchanged(Struck.one(plan.metadata()));
    if (!keeps(plan.metadata())) {
      comeback.disablePolicy(state);
    }
    if (plan.type() == ChaosType.NODE_STOP) {
      comeback.containers().stop(state);
    } else {
      comeback.kill(state);
    }
  }

  @Override
  public boolean visible(FaultPlan plan) {
    return comeback.ended(Struck.one(plan.metadata()));
  }

  /** An orderly stop may take its time, and a start on a busy machine, too. */
  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    if (type == ChaosType.NODE_STOP) {
      comeback.awaitStop(struck);
    }
    comeback.startUnlessItRuns(struck);
    if (!keeps(metadata)) {
      comeback.restorePolicy(struck);
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    Struck struck = Struck.one(metadata);
    return comeback.back(struck) && (keeps(metadata) || comeback.policyRestored(struck));
  }

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return false;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    return comeback.difference(Struck.one(metadata));
  }

  private static boolean keeps(JsonNode metadata) {
    return metadata.path(POLICY).asText().equals(KEEP);
  }
}
