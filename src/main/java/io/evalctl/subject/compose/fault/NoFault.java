package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Nothing at all. */
final class NoFault implements FaultFamily {
  @Override
  public FaultPlan plan(
      FaultRequest request, Target target, FaultSite site, RandomGenerator random) {
    return new FaultPlan(request.type(), List.of(), "", site.metadata());
  }

  @Override
  public List<String> describe(FaultPlan plan) {
    return List.of("nothing");
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

  @Override
  public boolean endsWithRestart(JsonNode metadata) {
    return false;
  }

  @Override
  public Optional<String> difference(JsonNode metadata) {
    return Optional.empty();
  }
}
