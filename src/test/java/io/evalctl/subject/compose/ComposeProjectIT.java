package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a program that answers as Compose 2 does, and starts nothing. */
class ComposeProjectIT {
  /** Compose 2 prints the services of active profiles alone. */
  private static final String COMPOSE_TWO =
      """
      #!/bin/sh
      case "$*" in
      *up*) env >"$(dirname "$0")/up.env" ;;
      '--profile * '*config)
        cat <<'END'
      name: evalctl-r
      services:
        web: {image: x, profiles: [cluster], networks: {default: null}}
        b: {image: x, profiles: [cluster], networks: {default: null}}
        shell: {image: x, profiles: [debug], networks: {default: null}}
      networks: {default: {name: evalctl-r_default}}
      END
        ;;
      *) echo 'services: {}' ;;
      esac
      """;

  @TempDir private Path directory;

  @Test
  void nodesOfOtherProfilesAreThereAndOnesThatAreNotMadeAreTold() throws IOException {
    EtcdBench.assumeEngine();
    Path program = Files.writeString(directory.resolve("compose"), COMPOSE_TWO);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = Files.createDirectories(directory.resolve("home"));
    Path source = Files.writeString(directory.resolve("compose.yaml"), "as the program says");
    Files.writeString(directory.resolve(".env"), "COMPOSE_PARALLEL_LIMIT=3\n");
    SubjectDefinition subject =
        SubjectFile.parse(
            "subject file x.yaml",
            SubjectFileTest.SMALL,
            name -> new ComposeSource.UserFile(source));
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      ComposeProject project =
          ComposeProject.prepare(
              subject,
              "evalctl-r",
              home,
              Map.of("a", Map.of(), "b", Map.of()),
              Map.of(),
              new ComposeProgram(List.of(program.toString()), "2.29.1"),
              new ProjectResources(engine, "evalctl-r"),
              ComposeForesight.settings(subject, System.getenv()),
              EtcdBench.TIME);

      assertThat(project.file()).content().contains("web:", "b:").doesNotContain("shell");
      assertThatThrownBy(project::up)
          .isInstanceOfSatisfying(
              EvalctlException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.SUBJECT_START))
          .hasMessage("node a: Compose started no container of service web");
      assertThat(directory.resolve("up.env")).content().contains("COMPOSE_PARALLEL_LIMIT=3\n");
    }
  }
}
