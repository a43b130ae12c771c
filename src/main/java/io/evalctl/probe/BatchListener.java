package io.evalctl.probe;

import io.evalctl.llm.LlmErrorCode;

/** Hears of a batch's progress, one call at a time. */
public interface BatchListener {
  /** Nobody listens. */
  BatchListener NONE = new BatchListener() {};

  /** It begins; nothing is answered yet in this run. */
  default void started(BatchProgress progress) {}

  /**
   * An input has its answer.
   *
   * @param error why it failed, or null when it did not
   */
  default void answered(BatchProgress progress, LlmErrorCode error) {}

  /** Time passed; called about once a second. */
  default void waiting(BatchProgress progress) {}
}
