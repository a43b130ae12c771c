package io.evalctl.probe;

import io.evalctl.results.TranscriptRow;

/** Where transcripts go that are to be kept. Implementations are thread-safe. */
@FunctionalInterface
public interface TranscriptStore {

  /**
   * Stores it; one with the same id is replaced.
   *
   * @throws io.evalctl.error.EvalctlException when it cannot be stored
   */
  void save(TranscriptRow transcript);
}
