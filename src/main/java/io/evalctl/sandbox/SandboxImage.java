package io.evalctl.sandbox;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import io.evalctl.docker.DockerCall;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The image that sandboxes are made from.
 *
 * @param name as it was asked for
 * @param id the image itself, which does not change when the name moves on
 * @param path where its programs are: its PATH
 */
record SandboxImage(String name, String id, String path) {
  /** Pulled when no image is named and none is there. */
  static final String DEFAULT = "python:3.13-slim";

  /**
   * What scripts/sandbox-image builds; taken when no image is named and the default is not there.
   */
  static final String LOCAL = "evalctl-sandbox:local";

  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final Duration PULL = Duration.ofMinutes(10);

  /**
   * Finds it among the engine's images, or pulls it.
   *
   * @param wanted its name, or null for the default
   * @throws EvalctlException SANDBOX_IMAGE when it is not there and cannot be pulled, or cannot
   *     serve; DOCKER_UNREACHABLE
   */
  static SandboxImage find(DockerEngine engine, String wanted, SandboxListener listener) {
    for (String name : wanted == null ? List.of(DEFAULT, LOCAL) : List.of(wanted)) {
      Optional<SandboxImage> there = present(engine, name);
      if (there.isPresent()) {
        return there.get();
      }
    }
    String name = wanted == null ? DEFAULT : wanted;
    listener.note("pulling the image " + name);
    pull(engine, name);
    return present(engine, name)
        .orElseThrow(() -> missing(name, "it is not there after all", null));
  }

  /** The first of the candidates that is there; never pulls. */
  static Optional<SandboxImage> present(DockerEngine engine, String name) {
    return DockerCall.run(
        "looking at the image " + name,
        () -> {
          try {
            return Optional.of(of(name, engine.client().inspectImageCmd(name).exec()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private static SandboxImage of(String name, InspectImageResponse image) {
    ContainerConfig config = image.getConfig();
    if (config != null && config.getVolumes() != null && !config.getVolumes().isEmpty()) {
      throw new EvalctlException(
          ErrorCode.SANDBOX_IMAGE,
          "the image %s declares volumes (%s), which code could fill and leave things in"
              .formatted(name, String.join(", ", config.getVolumes().keySet())),
          "name another one with --sandbox-image");
    }
    String[] variables =
        config == null || config.getEnv() == null ? new String[0] : config.getEnv();
    String path =
        Arrays.stream(variables)
            .filter(variable -> variable.startsWith("PATH="))
            .map(variable -> variable.substring("PATH=".length()))
            .findFirst()
            .orElse(USUAL_PATH);
    return new SandboxImage(name, image.getId(), path);
  }

  private static void pull(DockerEngine engine, String name) {
    try (ResultCallback.Adapter<PullResponseItem> pull =
        engine
            .streamClient()
            .pullImageCmd(name.matches(".*[:@][^/]+") ? name : name + ":latest")
            .start()) {
      if (!pull.awaitCompletion(PULL.toSeconds(), TimeUnit.SECONDS)) {
        throw missing(name, "pulling it took more than %d s".formatted(PULL.toSeconds()), null);
      }
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("pulling the image " + name);
    } catch (EvalctlException e) {
      throw e;
    } catch (DockerException e) {
      throw missing(name, DockerCall.message(e), e);
    } catch (Exception e) {
      throw missing(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static EvalctlException missing(String name, String why, Exception cause) {
    return new EvalctlException(
        ErrorCode.SANDBOX_IMAGE,
        "the sandbox image %s is not there and cannot be pulled: %s".formatted(name, why.strip()),
        "scripts/sandbox-image builds %s from Debian packages, which is found by itself when no"
                .formatted(LOCAL)
            + " image is named; or name one with --sandbox-image",
        cause);
  }
}
