package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pythons in places that a sandbox cannot enter. */
class PythonInstallationIT {
  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>(System.getenv());

  @BeforeEach
  void aPythonInAHomeOfItsOwn() throws IOException {
    assumeTrue(LocalUser.current().root(), "only root gives rights up");
    Engines.assumeBubblewrap();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    Path usual =
        PythonInstallation.find(environment, LocalUser.current(), TimeSource.system()).executable();
    Files.createSymbolicLink(home.resolve("python3"), usual);
    environment.merge("PATH", home.toString(), (path, own) -> own + ":" + path);
  }

  @Test
  void theNextThatOthersCanRunIsTaken() {
    PythonInstallation python =
        PythonInstallation.find(environment, LocalUser.current(), TimeSource.system());
    assertThat(python.executable()).doesNotHaveToString(home.resolve("python3").toString());
    assertThat(python.passedOver())
        .contains(home.resolve("python3") + " cannot be run by others than root");
    assertThat(SandboxFacts.gather(environment, TimeSource.system()))
        .filteredOn(fact -> fact.topic().equals("python3"))
        .singleElement()
        .satisfies(
            fact ->
                assertThat(fact.detail())
                    .contains(" at " + python.executable())
                    .contains("cannot be run by others than root"));
    ContainerPool pool =
        Sandboxes.open(
            SandboxSettings.of(Backend.LOCAL, 1, "test-home"),
            environment,
            note -> {},
            TimeSource.system());
    pool.close();
  }
}
