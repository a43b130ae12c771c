package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.cli.CommandRunner;
import io.evalctl.console.Io;
import io.evalctl.docker.DockerEngine;
import io.evalctl.testing.Scratch;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line tells of sandboxes, and does about those that were left. */
class SandboxCommandsIT {
  @TempDir Path directory;

  private String run(Map<String, String> more, String... arguments) {
    Map<String, String> environment =
        new HashMap<>(Map.of("HOME", directory.toString(), "PATH", System.getenv("PATH")));
    environment.putAll(more);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code =
        CommandRunner.run(
            arguments,
            new Io(
                InputStream.nullInputStream(),
                stream,
                stream,
                false,
                false,
                environment,
                directory));
    assertThat(code).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void doctorTellsWhatThereIsForSandboxes() {
    String without = run(Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"), "doctor");
    assertThat(without)
        .containsPattern("–  docker engine +.*unix:///nowhere/docker.sock.*sandboxes are local")
        .containsPattern("python3 +3\\.\\d+\\.\\d+ at /|python3 +the local sandbox needs")
        .contains("bubblewrap");
    Engines.assumeDocker();
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      assertThat(run(Map.of(), "doctor"))
          .contains(engine.serverVersion() + ", API " + engine.apiVersion())
          .containsPattern("✓  sandbox image +\\S+:\\S+");
    }
  }

  @Test
  @Tag("alone")
  void healRemovesTheContainersOfAKilledEvalctl() throws Exception {
    Engines.assumeDocker();
    String owner = "test-" + UUID.randomUUID();
    Process holder = PoolHolder.start(directory, Backend.DOCKER, owner);
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      engine.client().pauseContainerCmd(Engines.containers(owner).get(0)).exec();
      assertThat(run(Map.of(), "heal", "--dry-run")).doesNotContain(owner);
      holder.destroyForcibly().waitFor();
      assertThat(run(Map.of(), "heal", "--dry-run")).contains("would: remove container", owner);
      assertThat(Engines.containers(owner)).hasSize(1);
      assertThat(run(Map.of(), "heal")).contains("removed container", owner);
      assertThat(Engines.containers(owner)).isEmpty();
    } finally {
      holder.destroyForcibly().waitFor();
      new SandboxReaper(System.getenv(), io.evalctl.clock.TimeSource.system()).reap();
      Scratch.await("the end of the container", () -> Engines.containers(owner).isEmpty());
    }
  }
}
