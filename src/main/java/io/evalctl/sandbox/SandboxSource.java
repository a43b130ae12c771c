package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;

/** Where queries get their executors from: a pool, or a fresh one for each. Thread-safe. */
public interface SandboxSource {
  /**
   * @throws io.evalctl.error.EvalctlException DEADLINE_EXCEEDED, DOCKER_UNREACHABLE, SANDBOX_IMAGE,
   *     SANDBOX_UNAVAILABLE, INTERRUPTED
   */
  SandboxLease acquire(Deadline deadline);
}
