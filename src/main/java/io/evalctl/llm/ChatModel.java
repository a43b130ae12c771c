package io.evalctl.llm;

import io.evalctl.clock.Deadline;

/** A model that can be talked to. Implementations are thread-safe. */
public interface ChatModel {

  /** Which one it is. */
  ModelId id();

  /**
   * Asks, and waits for the whole answer.
   *
   * @param deadline for everything together: pauses, attempts and waits between them
   * @throws LlmException when there is no usable answer
   * @throws io.evalctl.error.EvalctlException {@code INTERRUPTED} when the calling thread is
   *     interrupted; the connection is dropped then
   */
  ChatResponse complete(ChatRequest request, Deadline deadline);
}
