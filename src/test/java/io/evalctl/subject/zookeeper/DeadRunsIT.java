package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadRunsIT {
  @TempDir Path scratch;
  private String runId;
  private Path home;
  private Path registry;

  @BeforeEach
  void names() {
    runId = TestEnsemble.newRunId();
    home = scratch.resolve("home");
    registry = scratch.resolve("registry");
  }

  @AfterEach
  void endAll() {
    MarkedProcesses.killAll(EnsembleOwner.MARKER, runId, TestEnsemble.TIME);
  }

  /** An evalctl of its own, killed with its ensemble running. */
  private void dieWithAnEnsemble(boolean keepHome) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Abandoner.class.getName(),
                home.toString(),
                Boolean.toString(keepHome),
                runId,
                registry.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("started");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void endsAnEnsembleWhoseEvalctlWasKilled() throws Exception {
    dieWithAnEnsemble(false);
    List<ProcessIdentity> nodes = MarkedProcesses.find(EnsembleOwner.MARKER, runId);
    assertThat(nodes).hasSize(3);
    DeadRuns runs = new DeadRuns(registry, TestEnsemble.TIME);

    List<EnsembleOwner> dead = runs.find();
    assertThat(dead).extracting(EnsembleOwner::runId).containsExactly(runId);
    assertThat(dead.get(0).home()).isEqualTo(home);
    runs.end(dead.get(0));
    runs.end(dead.get(0));

    assertThat(nodes).noneMatch(ProcessIdentity::alive);
    assertThat(home).doesNotExist();
    assertThat(registry).isEmptyDirectory();
    assertThat(runs.find()).isEmpty();
  }

  @Test
  void keepsAHomeThatWasToBeKept() throws Exception {
    dieWithAnEnsemble(true);
    DeadRuns runs = new DeadRuns(registry, TestEnsemble.TIME);

    runs.find().forEach(runs::end);

    assertThat(MarkedProcesses.find(EnsembleOwner.MARKER, runId)).isEmpty();
    assertThat(home.resolve("nodes/zk1/log/server.log")).isNotEmptyFile();
    assertThat(registry).isEmptyDirectory();
  }

  @Test
  void leavesARunAloneThatIsAtWork() throws IOException {
    try (TestEnsemble living = TestEnsemble.open(scratch)) {
      living.boot();
      DeadRuns runs = new DeadRuns(living.registry, TestEnsemble.TIME);

      assertThat(runs.find()).isEmpty();
      assertThat(living.processes()).hasSize(3);
    }
  }

  @Test
  void leavesAHomeAloneThatBelongsToAnotherRunNow() throws Exception {
    dieWithAnEnsemble(false);
    EnsembleOwner dead = new DeadRuns(registry, TestEnsemble.TIME).find().get(0);
    EnsembleClaim next =
        EnsembleClaim.take(
            new ZookeeperOptions(3, home, false, TestEnsemble.newRunId(), registry),
            TestEnsemble.TIME);
    assertThat(MarkedProcesses.find(EnsembleOwner.MARKER, runId)).isEmpty();

    new DeadRuns(registry, TestEnsemble.TIME).end(dead);

    assertThat(home).isDirectory();
    next.close();
  }

  @Test
  void passesOverWhatIsNoEntry() throws IOException {
    DeadRuns runs = new DeadRuns(registry, TestEnsemble.TIME);
    assertThat(runs.find()).isEmpty();
    Files.createDirectories(registry);
    Files.writeString(registry.resolve("half.json"), "{\"runId\": ");
    Files.writeString(registry.resolve("other.json"), "[]");

    assertThat(runs.find()).isEmpty();
  }

  @Test
  void doesNotJudgeARunOnAnotherHost() {
    EnsembleOwner elsewhere =
        new EnsembleOwner(
            runId,
            new ProcessIdentity(ProcessIdentity.self().pid(), 1),
            "another-host",
            home,
            false,
            TestEnsemble.TIME.now());

    assertThat(elsewhere.alive()).isTrue();
  }
}
