package io.evalctl.subject.compose.fault;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.StreamType;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.ContainerLabels;
import io.evalctl.docker.ContainerRemoval;
import io.evalctl.docker.DockerCall;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a script in a short-lived container that may change the network it is put into. */
final class ToolsContainer {
  /** Told by the containers' labels. */
  static final String KIND = "fault-tools";

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final DockerEngine engine;
  private final String image;
  private final String run;
  private final TimeSource time;

  ToolsContainer(DockerEngine engine, String image, String run, TimeSource time) {
    this.engine = engine;
    this.image = image;
    this.run = run;
    this.time = time;
  }

  /**
   * @param network as the engine takes it: {@code container:ID} or {@code none}
   */
  ShellEnd run(String network, String script) {
    DockerClient client = engine.client();
    String id =
        DockerCall.run(
            "making a container of the tools' image " + image,
            () -> {
              try {
                return client
                    .createContainerCmd(image)
                    .withEntrypoint("sh", "-c")
                    .withCmd(script)
                    .withLabels(ContainerLabels.own(run, time.now(), KIND).toMap())
                    .withHostConfig(
                        HostConfig.newHostConfig()
                            .withNetworkMode(network)
                            .withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW))
                    .exec()
                    .getId();
              } catch (NotFoundException e) {
                throw new EvalctlException(
                    ErrorCode.DOCKER_REFUSED,
                    "the engine does not have the tools' image " + image,
                    "build or pull it",
                    e);
              }
            });
    try {
      int status =
          DockerCall.run(
              "running a script in the network " + network,
              () -> {
                client.startContainerCmd(id).exec();
                try (WaitContainerResultCallback end =
                    engine.streamClient().waitContainerCmd(id).start()) {
                  return end.awaitStatusCode(LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
              });
      return output(id, status);
    } finally {
      boolean interrupted = Thread.interrupted();
      try {
        ContainerRemoval.remove(engine, id, Deadline.in(LIMIT, time));
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private ShellEnd output(String id, int status) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    DockerCall.run(
        "reading what a script in container " + id + " said",
        () -> {
          try (var lines =
              engine
                  .streamClient()
                  .logContainerCmd(id)
                  .withStdOut(true)
                  .withStdErr(true)
                  .exec(
                      new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                          (frame.getStreamType() == StreamType.STDERR ? err : out)
                              .writeBytes(frame.getPayload());
                        }
                      })) {
            return lines.awaitCompletion(LIMIT.toSeconds(), TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw EvalctlException.interrupted("reading a container's output");
          }
        });
    return new ShellEnd(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
