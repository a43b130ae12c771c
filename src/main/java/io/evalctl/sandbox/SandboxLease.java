package io.evalctl.sandbox;

/**
 * An executor for one query. Closing it resets and returns the executor; one that is lost, or that
 * cannot be reset, is discarded. Closing never throws and never hides the query's own error.
 */
public interface SandboxLease extends AutoCloseable {
  SandboxExecutor executor();

  @Override
  void close();
}
