package io.evalctl.rlm;

import io.evalctl.llm.ModelId;
import io.evalctl.llm.Usage;
import java.math.BigDecimal;

/**
 * Hears how a query goes on. Called from the thread that runs it; {@link #used} also from the up to
 * four threads of a batch of sub-calls.
 */
public interface RlmListener {

  /** What the engine is about to do. */
  enum Step {
    ASKING,
    RUNNING_CODE,
    SUB_CALL,
    SQL,
    REPLACING_SANDBOX,
    CHECKING_CITATIONS
  }

  /** Who asked a model. */
  enum Caller {
    ROOT,
    SUB_CALL
  }

  /**
   * @param number from 1
   */
  default void iterationStarted(int number, int most) {}

  default void step(Step step) {}

  /**
   * A call was answered.
   *
   * @param usage its tokens, each with its origin
   * @param costUsd of this call, or null when it is unknown
   * @param totalUsd of the query so far, or null when any of it is unknown
   */
  default void used(
      Caller caller, ModelId model, Usage usage, BigDecimal costUsd, BigDecimal totalUsd) {}

  /** Hears nothing. */
  RlmListener NONE = new RlmListener() {};
}
