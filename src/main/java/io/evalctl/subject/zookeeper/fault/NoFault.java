package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Nothing happens, which is always to be seen. */
final class NoFault implements FaultFamily {
  @Override
  public FaultPlan plan(FaultRequest request, Target target, RandomGenerator random) {
    return new FaultPlan(request.type(), List.of(), "", JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void inject(FaultPlan plan) {}

  @Override
  public boolean visible(FaultPlan plan) {
    return true;
  }

  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {}

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return true;
  }
}
