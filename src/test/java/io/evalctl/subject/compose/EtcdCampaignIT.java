package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.docker.DockerEngine;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built program on etcd in Docker, from the command line to the end of everything. */
@Tag("alone") // leaves the project of a dead evalctl, which any other would clear up
class EtcdCampaignIT {
  @TempDir private Path directory;
  private Scratch scratch;

  @BeforeEach
  void world() {
    EtcdBench.assumeEngine();
    scratch = new Scratch(directory);
  }

  @AfterEach
  void end() {
    if (scratch != null) {
      scratch.end();
      scratch.run("heal");
    }
  }

  private Running start(String... more) {
    String[] arguments =
        Stream.concat(
                Stream.of(
                    "campaign",
                    "--subject",
                    "etcd",
                    "--chaos",
                    "none",
                    "--arms",
                    "control",
                    "--settle",
                    "2s",
                    "--verbose"),
                Stream.of(more))
            .toArray(String[]::new);
    return scratch.start(Map.of("EVALCTL_ETCD_IMAGE", EtcdBench.IMAGE), arguments);
  }

  /** The run's id, as its entry on record has it. */
  private String runId() {
    File[] entries = scratch.registry().toFile().listFiles((at, name) -> name.endsWith(".compose"));
    assertThat(entries).hasSize(1);
    return entries[0].getName().replace(".compose", "");
  }

  private static List<String> resources(String runId) {
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      return new ProjectResources(engine, ComposeProject.nameOf(runId)).list();
    }
  }

  @Test
  void aQuietTrialLeavesARowAndNothingElse() {
    Running running = start("--fault-duration", "1s");
    Scratch.await("the run's entry", () -> !running.process().isAlive() || hasEntry());
    String runId = runId();
    running.await();

    assertThat(running.exitCode()).as(running.err()).isZero();
    assertThat(scratch.query("select outcome from trials")).containsExactly("quiet");
    assertThat(
            scratch.query("select json_extract(topology_json, '$.nodes[2].name') from campaigns"))
        .containsExactly("etcd3");
    assertThat(scratch.remains()).isEmpty();
    assertThat(resources(runId)).isEmpty();
  }

  private boolean hasEntry() {
    File[] entries = scratch.registry().toFile().listFiles((at, name) -> name.endsWith(".compose"));
    return entries != null && entries.length == 1;
  }

  /** Another is at work on the same, with a fault in, and goes on undisturbed. */
  @Test
  void whatAKilledOneLeavesIsFoundAndRemoved() {
    Running other =
        scratch.start(
            Map.of("EVALCTL_ETCD_IMAGE", EtcdBench.IMAGE),
            "campaign",
            "--subject",
            "etcd",
            "--chaos",
            "process-pause",
            "--arms",
            "baseline",
            "--timeout",
            "120s",
            "--settle",
            "2s");
    Scratch.await("the other run's entry", () -> !other.process().isAlive() || hasEntry());
    String otherId = runId();
    Running running = start("--fault-duration", "60s");
    Scratch.await("two entries", () -> entries().size() == 2);
    String runId = entries().stream().filter(id -> !id.equals(otherId)).findFirst().orElseThrow();
    Scratch.await("the first container", () -> !resources(runId).isEmpty());
    running.kill();
    Scratch.await(
        "the other's fault",
        () ->
            !other.process().isAlive()
                || scratch.query("select state from chaos_journal").equals(List.of("injected")));

    Running dryRun = scratch.run("heal", "--dry-run");
    assertThat(dryRun.out())
        .contains("would: remove the Compose project evalctl-" + runId)
        .doesNotContain(otherId);
    assertThat(resources(runId)).isNotEmpty();

    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).as(heal.err()).isZero();
    assertThat(heal.out())
        .contains("removed the Compose project evalctl-" + runId)
        .doesNotContain(otherId);
    assertThat(resources(runId)).isEmpty();
    assertThat(scratch.query("select state from chaos_journal"))
        .as(
            "the other's trial: %s",
            scratch.query("select kind || ' ' || at || ' ' || detail_json from trial_events"))
        .containsExactly("injected");
    assertThat(resources(otherId)).isNotEmpty();

    goOn(
        scratch.query(
            "select json_extract(metadata_json, '$.nodes[0].container') from chaos_journal"));
    other.await();
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(scratch.query("select outcome from trials where outcome is not null"))
        .containsExactly("self-healed");
    assertThat(scratch.query("select state from chaos_journal")).containsExactly("undone");
    assertThat(resources(otherId)).isEmpty();
    assertThat(scratch.remains()).isEmpty();
    assertThat(scratch.run("heal").out()).contains("nothing to heal");
  }

  /** Lets paused processes of containers go on, so that nobody has to wait for a deadline. */
  private static void goOn(List<String> containers) {
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      containers.forEach(name -> engine.client().killContainerCmd(name).withSignal("CONT").exec());
    }
  }

  private List<String> entries() {
    File[] entries = scratch.registry().toFile().listFiles((at, name) -> name.endsWith(".compose"));
    return Stream.of(entries == null ? new File[0] : entries)
        .map(entry -> entry.getName().replace(".compose", ""))
        .toList();
  }

  @Test
  void whileTheEngineIsOutOfReachTheProjectStaysOnRecord() throws IOException {
    Running running = start("--fault-duration", "60s");
    Scratch.await("the first container", () -> hasEntry() && !resources(runId()).isEmpty());
    String runId = runId();
    running.kill();

    Running without =
        scratch.start(Map.of("DOCKER_HOST", "unix://" + directory + "/none.sock"), "heal").await();
    assertThat(without.out()).contains("could not remove").contains("no answer");
    assertThat(runId()).isEqualTo(runId);

    // Even where the entry on record is lost, the labels tell whose it is.
    Files.delete(scratch.registry().resolve(runId + ".compose"));
    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).isZero();
    assertThat(heal.out()).contains("removed the Compose project evalctl-" + runId);
    assertThat(resources(runId)).isEmpty();
    assertThat(scratch.remains()).isEmpty();
  }
}
