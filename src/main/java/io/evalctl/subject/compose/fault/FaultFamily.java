package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Faults of one kind; each method as in {@link io.evalctl.chaos.FaultInjector}. */
interface FaultFamily {
  /** Decides the fault; its metadata begins as {@link FaultSite#metadata} has it. */
  FaultPlan plan(FaultRequest request, Target target, FaultSite site, RandomGenerator random);

  /** A line for each thing that {@link #inject} would do. */
  List<String> describe(FaultPlan plan);

  void inject(FaultPlan plan);

  boolean visible(FaultPlan plan);

  Duration witnessDeadline();

  /** Takes back what could keep the engine from answering; asks no engine. */
  default void loosen(JsonNode metadata) {}

  void undo(ChaosType type, JsonNode metadata);

  boolean gone(ChaosType type, JsonNode metadata);

  /** Whether a restart of its container ends the fault, or is what it leads to. */
  boolean endsWithRestart(JsonNode metadata);

  /** What differs, after the undo, from before the fault, if anything does. */
  Optional<String> difference(JsonNode metadata);
}
