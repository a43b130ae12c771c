package io.evalctl.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import java.time.Duration;

/** Ends containers. Stateless. */
public final class ContainerRemoval {
  private static final Duration LOOK = Duration.ofMillis(10);

  private ContainerRemoval() {}

  /**
   * Kills and removes a container with its anonymous volumes, whatever its state; returns when the
   * engine knows it no longer. That it is gone already is no error.
   *
   * @throws io.evalctl.error.EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED,
   *     DEADLINE_EXCEEDED, INTERRUPTED
   */
  public static void remove(DockerEngine engine, String id, Deadline deadline) {
    boolean removed =
        DockerCall.run(
            "removing container " + id,
            () -> {
              try {
                engine
                    .client()
                    .removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
                return true;
              } catch (NotFoundException e) {
                return true;
              } catch (ConflictException e) {
                return false; // the engine is at it
              }
            });
    if (!removed) {
      Waiter.until("the end of container " + id, deadline, LOOK, () -> !exists(engine, id));
    }
  }

  /**
   * Whether the engine knows it, in whatever state.
   *
   * @throws io.evalctl.error.EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED
   */
  public static boolean exists(DockerEngine engine, String id) {
    return DockerCall.run(
        "looking at container " + id,
        () -> {
          try {
            engine.client().inspectContainerCmd(id).exec();
            return true;
          } catch (NotFoundException e) {
            return false;
          }
        });
  }
}
