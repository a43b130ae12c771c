package io.evalctl.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.testing.Scratch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools of sandboxes under bubblewrap, and the choice between it and an engine. */
class LocalPoolIT {
  private static final TimeSource TIME = TimeSource.system();

  private final String run = "test-" + UUID.randomUUID();
  private final List<String> notes = new ArrayList<>();

  @BeforeAll
  static void bubblewrap() {
    Engines.assumeBubblewrap();
  }

  @AfterEach
  void nothingIsLeft() {
    Scratch.await("the end of all processes", () -> processes().isEmpty());
  }

  private List<ProcessIdentity> processes() {
    return MarkedProcesses.values(LocalMarker.NAME).entrySet().stream()
        .filter(entry -> entry.getValue().endsWith(run))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20), TIME);
  }

  private static Map<String, String> environment(String name, String value) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(name, value);
    return environment;
  }

  @Test
  void withoutAnEngineTheChoiceIsLocalAndSaysSo() {
    try (ContainerPool pool =
            Sandboxes.open(
                SandboxSettings.of(Backend.AUTO, 1, run),
                environment("DOCKER_HOST", "unix:///nowhere/docker.sock"),
                notes::add,
                TIME);
        SandboxLease lease = pool.acquire(soon())) {
      assertThat(lease.executor().execute("print(1)", Duration.ofSeconds(5)).stdout())
          .isEqualTo("1\n");
      assertThat(pool.description()).startsWith("local, bubblewrap with Python 3.");
      assertThat(notes)
          .singleElement()
          .asString()
          .startsWith("no Docker engine answers: sandboxes are local, bubblewrap");
    }
  }

  @Test
  void withoutBubblewrapNothingRunsUnconfined(@TempDir Path empty) {
    assertThatThrownBy(
            () ->
                Sandboxes.open(
                    SandboxSettings.of(Backend.LOCAL, 1, run),
                    environment("PATH", empty.toString()),
                    notes::add,
                    TIME))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
              assertThat(e.code().kind().exitCode()).isEqualTo(4);
              assertThat(e.getMessage()).contains("bubblewrap");
            });
  }

  @Test
  void aSandboxThatIsKilledIsReplaced() {
    try (ContainerPool pool =
        Sandboxes.open(
            SandboxSettings.of(Backend.LOCAL, 1, run), System.getenv(), notes::add, TIME)) {
      try (SandboxLease lease = pool.acquire(soon())) {
        processes().forEach(process -> process.signal(Signal.KILL));
        assertThatThrownBy(() -> lease.executor().execute("1", Duration.ofSeconds(5)))
            .isInstanceOfSatisfying(
                EvalctlException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_LOST));
      }
      try (SandboxLease lease = pool.acquire(soon())) {
        assertThat(lease.executor().execute("print(1)", Duration.ofSeconds(5)).stdout())
            .isEqualTo("1\n");
      }
    }
    assertThat(notes).isEmpty();
  }

  @Test
  @Tag("alone")
  void whatAKilledEvalctlLeavesIsEnded(@TempDir Path directory) throws Exception {
    Process holder = PoolHolder.start(directory, Backend.LOCAL, run);
    try {
      assertThat(processes()).isNotEmpty();
      // One that is stopped does not see that its input has ended.
      processes().forEach(process -> process.signal(Signal.STOP));
      SandboxReaper reaper = new SandboxReaper(System.getenv(), TIME);
      assertThat(reaper.describe()).noneMatch(line -> line.contains(run));
      holder.destroyForcibly().waitFor();
      assertThat(reaper.describe()).anyMatch(line -> line.contains(run));
      assertThat(reaper.reap())
          .filteredOn(line -> line.contains(run))
          .allMatch(line -> line.contains("process " + holder.pid()));
      Scratch.await("their end", () -> processes().isEmpty());
      assertThat(reaper.describe()).noneMatch(line -> line.contains(run));
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  @Tag("alone")
  void processesEndByThemselvesWhenTheirEvalctlIsKilled(@TempDir Path directory) throws Exception {
    Process holder = PoolHolder.start(directory, Backend.LOCAL, run);
    holder.destroyForcibly().waitFor();
    Scratch.await("their end", () -> processes().isEmpty());
  }
}
