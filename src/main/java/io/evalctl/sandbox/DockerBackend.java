package io.evalctl.sandbox;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RuntimeInfo;
import com.github.dockerjava.api.model.Ulimit;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.Attachment;
import io.evalctl.docker.ContainerLabels;
import io.evalctl.docker.ContainerRemoval;
import io.evalctl.docker.DockerCall;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Containers that hold nothing and may do nothing. Thread-safe. */
final class DockerBackend implements SandboxBackend {
  /** The label of a sandbox's container. */
  static final String KIND = "sandbox";

  private static final String NOBODY = "65534:65534";

  private final DockerEngine engine;
  private final SandboxImage image;
  private final SandboxSettings settings;
  private final SandboxListener listener;
  private final TimeSource time;

  private DockerBackend(
      DockerEngine engine,
      SandboxImage image,
      SandboxSettings settings,
      SandboxListener listener,
      TimeSource time) {
    this.engine = engine;
    this.image = image;
    this.settings = settings;
    this.listener = listener;
    this.time = time;
  }

  /**
   * @throws EvalctlException DOCKER_UNREACHABLE, DOCKER_REFUSED, SANDBOX_IMAGE; the engine is
   *     closed then
   */
  static DockerBackend open(
      DockerEngine engine, SandboxSettings settings, SandboxListener listener, TimeSource time) {
    try {
      if (settings.runtime() != null) {
        checkRuntime(engine, settings.runtime());
      }
      return new DockerBackend(
          engine, SandboxImage.find(engine, settings.image(), listener), settings, listener, time);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static void checkRuntime(DockerEngine engine, String wanted) {
    Map<String, RuntimeInfo> runtimes =
        DockerCall.run(
            "asking for the engine's runtimes",
            () -> engine.client().infoCmd().exec().getRuntimes());
    if (runtimes == null || !runtimes.containsKey(wanted)) {
      throw new EvalctlException(
          ErrorCode.DOCKER_REFUSED,
          "the Docker engine has no runtime '%s'; it has: %s"
              .formatted(
                  wanted,
                  runtimes == null
                      ? "none"
                      : String.join(", ", runtimes.keySet().stream().sorted().toList())),
          "install it, or leave --sandbox-runtime out");
    }
  }

  @Override
  public String description() {
    return "docker %s (API %s), image %s"
        .formatted(engine.serverVersion(), engine.apiVersion(), image.name());
  }

  @Override
  public SandboxProcess start(SandboxProcess.Output sink, Deadline deadline) {
    String id = create();
    QueuedInput input = new QueuedInput();
    Attachment output = null;
    try {
      output =
          engine.attach(
              id,
              input,
              new Attachment.Listener() {
                @Override
                public void output(byte[] data) {
                  sink.output(data, data.length);
                }

                @Override
                public void end(String why) {
                  sink.end(why);
                }
              });
      DockerCall.run(
          "starting a container from " + image.name(),
          () -> engine.client().startContainerCmd(id).exec());
      return new DockerSandbox(engine, id, input, output);
    } catch (RuntimeException e) {
      input.close();
      if (output != null) {
        output.close();
      }
      try {
        ContainerRemoval.remove(engine, id, Deadline.in(deadline.length(), time));
      } catch (RuntimeException second) {
        e.addSuppressed(second);
        listener.left(DockerSandbox.name(id), second);
      }
      throw e;
    }
  }

  private String create() {
    // env -i: the first process, and so every other, is spared the image's environment.
    List<String> entrypoint =
        List.of("env", "-i", "PATH=" + image.path(), "HOME=/sandbox", "LANG=C.UTF-8");
    List<String> command = new ArrayList<>(entrypoint);
    command.addAll(RunnerSource.command("python3", "{}"));
    Map<String, String> labels = ContainerLabels.own(settings.runId(), time.now(), KIND).toMap();
    return DockerCall.run(
        "creating a container from " + image.name(),
        () ->
            engine
                .client()
                .createContainerCmd(image.id())
                .withEntrypoint(command)
                .withUser(NOBODY)
                .withWorkingDir("/")
                .withHostName("sandbox")
                .withNetworkDisabled(true)
                .withStdinOpen(true)
                // When evalctl is gone, so is this input, and with it the container.
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false)
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withLabels(labels)
                .withHostConfig(confinement())
                .exec()
                .getId());
  }

  private HostConfig confinement() {
    String tmpfs =
        "rw,noexec,nosuid,nodev,mode=1777,nr_inodes=16384,size=" + settings.storageBytes();
    HostConfig config =
        HostConfig.newHostConfig()
            .withNetworkMode("none")
            .withIpcMode("none")
            .withReadonlyRootfs(true)
            .withTmpFs(Map.of("/sandbox", tmpfs, "/tmp", tmpfs))
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withPidsLimit((long) settings.processes())
            .withMemory(settings.memoryBytes())
            .withMemorySwap(settings.memoryBytes())
            .withNanoCPUs((long) (settings.cpus() * 1e9))
            .withUlimits(List.of(new Ulimit("core", 0L, 0L), new Ulimit("nofile", 1024L, 1024L)))
            // What goes through the channel is not the engine's to keep.
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withAutoRemove(true);
    return settings.runtime() == null ? config : config.withRuntime(settings.runtime());
  }

  @Override
  public void close() {
    engine.close();
  }
}
