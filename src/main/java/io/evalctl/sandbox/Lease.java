package io.evalctl.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An executor until the lease is closed; after that it refuses, as it is another query's by then.
 */
final class Lease implements SandboxLease, SandboxExecutor {
  private final WireExecutor executor;
  private final Consumer<WireExecutor> release;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(WireExecutor executor, Consumer<WireExecutor> release) {
    this.executor = executor;
    this.release = release;
  }

  @Override
  public SandboxExecutor executor() {
    return this;
  }

  @Override
  public void setUp(
      List<String> context, Map<String, JsonNode> variables, Map<String, HostFunction> functions) {
    open().setUp(context, variables, functions);
  }

  @Override
  public Execution execute(String code, Duration timeout) {
    return open().execute(code, timeout);
  }

  private WireExecutor open() {
    if (closed.get()) {
      throw new IllegalStateException("the lease of sandbox " + executor.name() + " is closed");
    }
    return executor;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.accept(executor);
    }
  }
}
