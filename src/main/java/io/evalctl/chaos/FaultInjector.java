package io.evalctl.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Makes and undoes the faults of one subject. Not thread-safe.
 *
 * <p>The order is plan, journal, {@link #inject}, {@link #visible} until it is seen, later {@link
 * #undo}, {@link #gone} until it is seen.
 */
public interface FaultInjector {

  /** The types it offers. */
  Set<ChaosType> types();

  /**
   * Looks, before anything starts, whether a fault can be made here at all.
   *
   * @throws io.evalctl.error.EvalctlException UNKNOWN_CHAOS or UNKNOWN_PARAMETER with the reason
   */
  default void preflight(FaultRequest request) {}

  /**
   * Decides the fault, changing nothing. The same subject state and the same random give the same
   * plan.
   */
  FaultPlan plan(FaultRequest request, RandomGenerator random);

  /** What a plan would do to whom, a line each; nothing is changed. */
  default List<String> describe(FaultPlan plan) {
    return List.of(plan.type() + " on " + String.join(", ", plan.targets()));
  }

  /** Makes the fault. Its return is no proof: see {@link #visible}. */
  void inject(FaultPlan plan);

  /**
   * The witness: one independent look whether the fault is there (the process that was hit gone,
   * the link silent, the file changed). It may take as long as it takes to tell, such as a few
   * delays of a slow link.
   */
  boolean visible(FaultPlan plan);

  /**
   * The nodes whose process the fault has stopped and nobody has let go on or replaced. A stopped
   * process still has its connections taken by the kernel, so that a look at the node from outside
   * may find nothing wrong. Quick; may be called from any thread.
   */
  default Set<String> stopped(FaultPlan plan) {
    return Set.of();
  }

  /** How long the witness may take to see the fault, or its end. */
  Duration witnessDeadline(ChaosType type);

  /**
   * Undoes what {@link #inject} made and nothing else. Idempotent; what an operator has mended
   * already is left alone, and so is a fault that was planned but never made.
   */
  void undo(ChaosType type, JsonNode metadata);

  /** One independent look whether nothing of the fault is left. */
  boolean gone(ChaosType type, JsonNode metadata);

  /**
   * What is to be known of an undo that was made by this injector: that the fault had ended by
   * itself with what it was in, or that the state afterwards is not the one from before. Empty when
   * there is nothing to tell.
   */
  default Optional<String> undoNote(ChaosType type, JsonNode metadata) {
    return Optional.empty();
  }

  /**
   * Whether a fault whose undo was made by this injector had ended before it: whatever it was in
   * was restarted, stopped or removed by somebody else.
   */
  default boolean endedEarly(JsonNode metadata) {
    return false;
  }
}
