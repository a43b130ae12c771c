package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DotEnvIT {
  @TempDir private Path directory;

  @Test
  void whatIsMeantForComposeAndDockerIsTakenAndTheEnvironmentCountsMore() throws IOException {
    Files.writeString(
        directory.resolve(".env"),
        """
        # COMPOSE_FILE=no.yaml
        COMPOSE_PROFILES=cluster,debug   # both
        export COMPOSE_PARALLEL_LIMIT = 4
        DOCKER_HOST="tcp://127.0.0.1:2375"
        DOCKER_CERT_PATH='/my certs'
        COMPOSE_HTTP_TIMEOUT=120
        PASSWORD=secret
        """);

    assertThat(DotEnv.under(Map.of("PATH", "/bin", "COMPOSE_HTTP_TIMEOUT", "7"), directory))
        .isEqualTo(
            Map.of(
                "PATH", "/bin",
                "COMPOSE_PROFILES", "cluster,debug",
                "COMPOSE_PARALLEL_LIMIT", "4",
                "DOCKER_HOST", "tcp://127.0.0.1:2375",
                "DOCKER_CERT_PATH", "/my certs",
                "COMPOSE_HTTP_TIMEOUT", "7"));
  }

  @Test
  void withoutOneItIsTheEnvironment() {
    assertThat(DotEnv.under(Map.of("PATH", "/bin"), directory)).isEqualTo(Map.of("PATH", "/bin"));
  }
}
