package io.evalctl.sandbox;

import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Map;

/** Opens pools of sandboxes. Stateless. */
public final class Sandboxes {
  private Sandboxes() {}

  /**
   * Chooses what confines the code, removes what dead owners have left, and begins to warm the
   * pool. With {@link Backend#AUTO} that is Docker when an engine answers; else it is this
   * machine's kernel, and the listener is told so. Code is never run unconfined.
   *
   * @param environment where DOCKER_HOST and PATH are looked up
   * @throws EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED, SANDBOX_IMAGE, SANDBOX_UNAVAILABLE
   */
  public static ContainerPool open(
      SandboxSettings settings,
      Map<String, String> environment,
      SandboxListener listener,
      TimeSource time) {
    ContainerPool pool =
        new ContainerPool(backend(settings, environment, listener, time), settings, listener, time);
    pool.start();
    pool.inBackground(
        () -> {
          for (String line : new SandboxReaper(environment, time).reap()) {
            listener.note(line);
          }
        });
    return pool;
  }

  private static SandboxBackend backend(
      SandboxSettings settings,
      Map<String, String> environment,
      SandboxListener listener,
      TimeSource time) {
    return switch (settings.backend()) {
      case DOCKER ->
          DockerBackend.open(DockerEngine.connect(environment), settings, listener, time);
      case LOCAL -> LocalBackend.open(settings, environment, time);
      case AUTO -> {
        DockerEngine engine;
        try {
          engine = DockerEngine.connect(environment);
        } catch (EvalctlException e) {
          if (e.code() != ErrorCode.DOCKER_UNREACHABLE) {
            throw e;
          }
          SandboxBackend local = LocalBackend.open(settings, environment, time);
          listener.note("no Docker engine answers: sandboxes are " + local.description());
          yield local;
        }
        yield DockerBackend.open(engine, settings, listener, time);
      }
    };
  }
}
