package io.evalctl.rlm;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.Execution;
import io.evalctl.sandbox.SandboxExecutor;
import io.evalctl.sandbox.SandboxLease;
import io.evalctl.sandbox.SandboxSource;
import java.time.Duration;
import java.util.Map;

/** The executor of a query, which is replaced once if it dies. Used by one thread. */
final class QuerySandbox implements AutoCloseable {
  private final SandboxSource source;
  private final RlmQuery query;
  private SandboxLease lease;
  private Map<String, SandboxExecutor.HostFunction> functions;
  private boolean replaced;

  private QuerySandbox(SandboxSource source, RlmQuery query, SandboxLease lease) {
    this.source = source;
    this.query = query;
    this.lease = lease;
  }

  /**
   * Waits for an executor; it knows nothing yet.
   *
   * @throws EvalctlException what {@link SandboxSource#acquire} throws
   */
  static QuerySandbox acquire(SandboxSource source, RlmQuery query, Deadline deadline) {
    return new QuerySandbox(source, query, source.acquire(deadline));
  }

  /**
   * Gives the code its world; an executor that dies of it is replaced.
   *
   * @throws EvalctlException SANDBOX_LOST when the second died, too
   */
  void setUp(Map<String, SandboxExecutor.HostFunction> host, Deadline deadline) {
    functions = Map.copyOf(host);
    try {
      setUp();
    } catch (EvalctlException e) {
      if (e.code() != ErrorCode.SANDBOX_LOST) {
        throw e;
      }
      replace(deadline, e);
    }
  }

  /**
   * @throws EvalctlException SANDBOX_LOST
   */
  Execution execute(String code, Duration timeout) {
    return lease.executor().execute(code, timeout);
  }

  /**
   * Puts a fresh executor in the place of a dead one, the first time.
   *
   * @throws EvalctlException SANDBOX_LOST when it was replaced before or none comes in time; what
   *     else {@link SandboxSource#acquire} throws, which the query is not to blame for
   */
  void replace(Deadline deadline, EvalctlException lost) {
    if (replaced) {
      throw lost;
    }
    replaced = true;
    close();
    try {
      lease = source.acquire(deadline);
      setUp();
    } catch (EvalctlException e) {
      if (e.code() != ErrorCode.SANDBOX_LOST && e.code() != ErrorCode.DEADLINE_EXCEEDED) {
        throw e;
      }
      throw new EvalctlException(
          ErrorCode.SANDBOX_LOST,
          "%s; its replacement failed: %s".formatted(lost.getMessage(), e.getMessage()),
          e.hint(),
          e);
    }
  }

  @Override
  public void close() {
    SandboxLease held = lease;
    lease = null;
    if (held != null) {
      held.close();
    }
  }

  private void setUp() {
    lease.executor().setUp(query.documents(), query.variables(), functions);
  }
}
