package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Faults of one kind; each method as in {@link FaultInjector}. */
interface FaultFamily {
  FaultPlan plan(FaultRequest request, Target target, RandomGenerator random);

  void inject(FaultPlan plan);

  boolean visible(FaultPlan plan);

  Duration witnessDeadline();

  void undo(ChaosType type, JsonNode metadata);

  boolean gone(ChaosType type, JsonNode metadata);
}
