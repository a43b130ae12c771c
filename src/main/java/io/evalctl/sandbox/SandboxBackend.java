package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;

/** Starts sandboxes. Thread-safe. */
interface SandboxBackend extends AutoCloseable {
  /** What it is, for the user: "docker 20.10.24 (API 1.41), image python:3.13-slim". */
  String description();

  /**
   * Starts one, which may not be ready yet. Leaves nothing when it fails, or tells what.
   *
   * @throws io.evalctl.error.EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED, SANDBOX_IMAGE,
   *     SANDBOX_UNAVAILABLE
   */
  SandboxProcess start(SandboxProcess.Output output, Deadline deadline);

  /** Releases connections, after every sandbox has been killed. */
  @Override
  void close();
}
