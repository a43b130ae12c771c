package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what a task came to. Implementations are immutable and thread-safe, and give the same
 * score for the same evidence (a judge as far as its model does).
 */
public interface Scorer {

  /** What it is called in results; unique among the scorers of a case. */
  String label();

  /**
   * @throws io.evalctl.error.EvalctlException SCORER_FAILED when the evidence could not be judged
   *     at all, which is no score of 0; INTERRUPTED
   */
  Score score(Evidence evidence);

  /** Whether it looks into the case's database. */
  default boolean needsDatabase() {
    return false;
  }

  /**
   * Whether it can judge when the case's database is gone.
   *
   * @param answers what queries had given there
   */
  default boolean judgesWithout(QueryAnswers answers) {
    return true;
  }

  /** The models that it asks, as the dataset spells them. */
  default Set<String> models() {
    return Set.of();
  }

  /** Whether it asks a model. */
  default boolean needsModel() {
    return !models().isEmpty();
  }

  /**
   * Why it can never score a case with this expected value; empty when it can. Asked before
   * anything runs.
   *
   * @param expected a missing node where the case has none
   */
  default Optional<String> misfit(JsonNode expected) {
    return Optional.empty();
  }
}
