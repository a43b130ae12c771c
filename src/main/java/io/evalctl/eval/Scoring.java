package io.evalctl.eval;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.scorer.Score;
import io.evalctl.eval.scorer.Scorer;
import io.evalctl.llm.LlmException;
import io.evalctl.results.EvalSampleRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The scores of one sample. A scorer that cannot judge stops none of the others.
 *
 * @param scores of those scorers that could judge
 * @param failure of the first that could not, or null
 */
record Scoring(List<EvalSampleRow.Score> scores, EvalctlException failure) {

  /**
   * @param evidence asked for once for each scorer, so that each has a deadline of its own
   * @throws EvalctlException INTERRUPTED
   */
  static Scoring of(List<Scorer> scorers, Supplier<SampleEvidence> evidence) {
    List<EvalSampleRow.Score> scores = new ArrayList<>();
    EvalctlException failure = null;
    for (Scorer scorer : scorers) {
      try {
        Score score = scorer.score(evidence.get());
        scores.add(
            new EvalSampleRow.Score(scorer.label(), score.value(), score.passed(), score.reason()));
      } catch (EvalctlException e) {
        if (e.code() == ErrorCode.INTERRUPTED) {
          throw e;
        }
        failure = failure == null ? named(scorer, withHint(e), e) : failure;
      } catch (LlmException e) {
        failure = failure == null ? named(scorer, String.valueOf(e.getMessage()), e) : failure;
      } catch (RuntimeException e) {
        failure = failure == null ? named(scorer, "unexpected: " + e, e) : failure;
      }
    }
    return new Scoring(scores, failure);
  }

  /**
   * Whether every scorer is content. A case without scorers passes when its task came to its end.
   */
  boolean passed(SampleStatus status) {
    return failure == null
        && !status.failed()
        && (scores.isEmpty()
            ? status == SampleStatus.FINISHED
            : scores.stream().allMatch(EvalSampleRow.Score::passed));
  }

  /** Mean of the scores' values; without scorers 1 for a pass and 0 otherwise. */
  double value(SampleStatus status) {
    if (failure != null || status.failed()) {
      return 0;
    }
    return scores.stream()
        .mapToDouble(EvalSampleRow.Score::value)
        .average()
        .orElse(passed(status) ? 1 : 0);
  }

  Optional<EvalctlException> problem() {
    return Optional.ofNullable(failure);
  }

  /** A sample's row has one text for both. */
  static String withHint(EvalctlException e) {
    return e.hint() == null ? e.getMessage() : e.getMessage() + "; " + e.hint();
  }

  private static EvalctlException named(Scorer scorer, String message, Exception cause) {
    String name = "scorer " + scorer.label();
    return new EvalctlException(
        ErrorCode.SCORER_FAILED,
        message.startsWith(name + " ") ? message : name + ": " + message,
        null,
        cause);
  }
}
