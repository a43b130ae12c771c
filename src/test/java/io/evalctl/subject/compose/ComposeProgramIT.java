package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.TimeSource;
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

/** With programs that only look like Docker's, on a PATH of their own. */
class ComposeProgramIT {
  private static final TimeSource TIME = TimeSource.system();
  @TempDir private Path bin;

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Map<String, String> environment() {
    return Map.of("PATH", bin.toString());
  }

  @Test
  void thePluginComesFirst() throws IOException {
    program("docker", "[ \"$*\" = 'compose version --short' ] && echo v2.26.1");
    program("docker-compose", "echo 1.29.2");

    ComposeProgram found = ComposeProgram.require(environment(), TIME);

    assertThat(found.command()).isEqualTo(List.of("docker", "compose"));
    assertThat(found.describe()).isEqualTo("docker compose 2.26.1");
  }

  @Test
  void aDockerWithoutThePluginLeavesItToTheOther() throws IOException {
    program("docker", "echo \"docker: 'compose' is not a docker command.\" >&2; exit 1");
    program("docker-compose", "echo 1.29.2");

    assertThat(ComposeProgram.require(environment(), TIME).describe())
        .isEqualTo("docker-compose 1.29.2");
  }

  @Test
  void whereThereIsNeitherItSaysSo() throws IOException {
    program("docker", "echo 'Usage: docker ...'");

    assertThatThrownBy(() -> ComposeProgram.require(environment(), TIME))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.SUBJECT_START))
        .hasMessageContaining("neither docker compose nor docker-compose");
  }
}
