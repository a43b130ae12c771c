package io.evalctl.eval.scorer;

import io.evalctl.eval.dataset.source.Fields;

/** The task came to its own end, rather than to a limit. */
record FinishedScorer(String label) implements Scorer {

  static Scorer read(String label, Fields fields) {
    return new FinishedScorer(label);
  }

  @Override
  public Score score(Evidence evidence) {
    return Score.of(
        evidence.finished(),
        evidence.finished() ? "the task finished" : "the task did not finish by itself");
  }
}
