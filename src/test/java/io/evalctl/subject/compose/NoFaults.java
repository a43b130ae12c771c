package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Offers nothing but {@link ChaosType#NONE}, which is always to be seen. */
public final class NoFaults implements FaultInjector {
  @Override
  public Set<ChaosType> types() {
    return Set.of(ChaosType.NONE);
  }

  @Override
  public FaultPlan plan(FaultRequest request, RandomGenerator random) {
    return new FaultPlan(request.type(), List.of(), "", JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void inject(FaultPlan plan) {
    // nothing happens
  }

  @Override
  public boolean visible(FaultPlan plan) {
    return true;
  }

  @Override
  public Duration witnessDeadline(ChaosType type) {
    return Duration.ofSeconds(1);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    // nothing has happened
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return true;
  }
}
