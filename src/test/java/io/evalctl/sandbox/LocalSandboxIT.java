package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.process.MarkedProcesses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Sandboxes under bubblewrap. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalSandboxIT implements SandboxContract {
  private final List<String> notes = new ArrayList<>();
  private ContainerPool pool;

  @BeforeAll
  void open() {
    Engines.assumeBubblewrap();
    pool =
        Sandboxes.open(
            SandboxSettings.of(Backend.LOCAL, 1, "test-local"),
            System.getenv(),
            notes::add,
            TimeSource.system());
  }

  @AfterAll
  void nothingIsLeft() {
    if (pool != null) {
      pool.close();
      assertThat(notes).isEmpty();
      assertThat(
              MarkedProcesses.values(LocalMarker.NAME).values().stream()
                  .filter(value -> value.equals(LocalMarker.own("test-local").value())))
          .isEmpty();
    }
  }

  @Override
  public ContainerPool pool() {
    return pool;
  }
}
