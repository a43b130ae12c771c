package io.evalctl.llm;

import io.evalctl.clock.Deadline;

/** Sends HTTP requests. Implementations are thread-safe, follow no redirects and never retry. */
interface HttpTransport extends AutoCloseable {

  /** The largest body that is read. */
  int MAX_BODY_BYTES = 16 * 1024 * 1024;

  /**
   * Sends once and reads the whole answer.
   *
   * @throws LlmException {@code TIMEOUT}, {@code NETWORK_ERROR}, or {@code INVALID_RESPONSE} when
   *     the body is larger than {@link #MAX_BODY_BYTES}
   * @throws io.evalctl.error.EvalctlException {@code INTERRUPTED}
   */
  HttpReply send(HttpCall call, Deadline deadline);

  /** Ends its threads. */
  @Override
  void close();
}
