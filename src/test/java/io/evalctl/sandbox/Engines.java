package io.evalctl.sandbox;

import com.github.dockerjava.api.model.Container;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.ContainerLabels;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.EvalctlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** What this machine has for sandboxes. */
final class Engines {
  private Engines() {}

  /** Skips, with the reason, where there is no engine or no image. */
  static void assumeDocker() {
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      boolean image =
          SandboxImage.present(engine, SandboxImage.DEFAULT).isPresent()
              || SandboxImage.present(engine, SandboxImage.LOCAL).isPresent();
      Assumptions.assumeTrue(image, "no sandbox image is there; scripts/sandbox-image builds one");
    } catch (EvalctlException e) {
      Assumptions.abort("no Docker engine answers: " + e.getMessage());
    }
  }

  /** Skips, with the reason, where bubblewrap cannot make a sandbox. */
  static void assumeBubblewrap() {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/bwrap")), "bubblewrap is not installed");
    SandboxSettings settings = SandboxSettings.of(Backend.LOCAL, 0, "test-assumption");
    TimeSource time = TimeSource.system();
    try (ContainerPool pool =
            Sandboxes.open(settings, System.getenv(), SandboxListener.silent(), time);
        SandboxLease lease = pool.acquire(Deadline.in(Duration.ofSeconds(20), time))) {
      Assumptions.assumeTrue(lease != null);
    } catch (EvalctlException e) {
      Assumptions.abort("bubblewrap cannot be used here: " + e.getMessage());
    }
  }

  /** Ids of the containers of a run, in whatever state. */
  static List<String> containers(String run) {
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      return engine
          .client()
          .listContainersCmd()
          .withShowAll(true)
          .withLabelFilter(Map.of(ContainerLabels.RUN, run))
          .exec()
          .stream()
          .map(Container::getId)
          .toList();
    }
  }
}
