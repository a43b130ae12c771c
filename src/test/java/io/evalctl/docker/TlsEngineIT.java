package io.evalctl.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine behind TLS, seen from the built jar, which holds only a part of the library that reads
 * certificates.
 */
class TlsEngineIT {
  @TempDir Path directory;

  @Test
  void certificatesAreReadBeforeTheEngineIsFoundAbsent() throws URISyntaxException {
    Path certificates = Path.of(TlsEngineIT.class.getResource("tls/key.pem").toURI()).getParent();
    Running doctor =
        new Scratch(directory)
            .start(
                Map.of(
                    "DOCKER_HOST", "tcp://127.0.0.1:9",
                    "DOCKER_TLS_VERIFY", "1",
                    "DOCKER_CERT_PATH", certificates.toString()),
                "doctor")
            .await();
    assertThat(doctor.exitCode()).as(doctor.err()).isZero();
    assertThat(doctor.out()).contains("127.0.0.1:9").contains("refused").doesNotContain("X.509");
  }
}
