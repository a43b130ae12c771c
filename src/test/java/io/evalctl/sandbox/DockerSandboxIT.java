package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Sandboxes in real containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerSandboxIT implements SandboxContract {
  private final List<String> notes = new ArrayList<>();
  private ContainerPool pool;

  @BeforeAll
  void open() {
    Engines.assumeDocker();
    pool =
        Sandboxes.open(
            SandboxSettings.of(Backend.DOCKER, 1, "test-docker"),
            System.getenv(),
            notes::add,
            TimeSource.system());
  }

  @AfterAll
  void nothingIsLeft() {
    if (pool != null) {
      pool.close();
      assertThat(notes).isEmpty();
      assertThat(Engines.containers("test-docker")).isEmpty();
    }
  }

  @Override
  public ContainerPool pool() {
    return pool;
  }
}
