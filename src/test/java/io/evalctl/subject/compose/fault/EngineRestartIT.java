package io.evalctl.subject.compose.fault;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.Signal;
import io.evalctl.testing.Commands;
import io.evalctl.testing.OwnEngine;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine itself is ended and started again while every fault that this kernel offers is in. On
 * an engine of its own: with live-restore containers do not notice, without it they die with the
 * engine, or are ended by the next one, and come back by their restart policies.
 */
@NeedsDocker
class EngineRestartIT {
  private static final int NODES = 7;
  private static final String ETCD = "evalctl-etcd:local";

  @TempDir static Path directory;
  private static OwnEngine engine;
  private static FaultyCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    OwnEngine.lacking().ifPresent(Assumptions::abort);
    Assumptions.assumeTrue(
        Commands.tryRun("docker", "image", "inspect", ETCD) == 0,
        "there is no image " + ETCD + "; scripts/etcd-image builds it");
    Assumptions.assumeTrue(
        Commands.tryRun("sh", "-c", "docker compose version || docker-compose version") == 0,
        "there is no Docker Compose");
    engine =
        new OwnEngine(Files.createDirectory(directory.resolve("e")), FaultyCluster.IMAGE, ETCD);
    cluster =
        new FaultyCluster(
            Files.createDirectory(directory.resolve("c")), engine.environment(), false);
    for (int i = 1; i <= NODES; i++) {
      String policy = i == 6 ? "no" : "always";
      cluster.add("n" + i, "--restart", policy, "--mount", "type=volume,dst=/data");
    }
    cluster.containers.keySet().forEach(cluster::awaitServing);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.engine.close();
    }
    if (engine != null) {
      engine.close();
      assertThat(directory.resolve("e")).isEmptyDirectory();
    }
  }

  /** They come back by their policies, or not at all; and it is away in the middle of an undo. */
  @Test
  void containersDieWithTheEngine() {
    engine.liveRestore(false);
    Map<String, List<String>> before = cluster.state();
    ComposeFaults faults = cluster.faults(NODES);
    List<FaultPlan> plans = new ArrayList<>();
    for (String each : FaultLeaver.EVERY_FAULT) {
      FaultPlan plan = faults.plan(FaultLeaver.request(each), new SplittableRandom(7));
      faults.inject(plan);
      // What meets the other faults first never meets a partition, so that none is to be witnessed.
      if (plan.type() != ChaosType.NETWORK_PARTITION) {
        FaultyCluster.awaitVisible(faults, plan);
      }
      plans.add(plan);
    }
    awaitEndsNoticed();
    FaultPlan first = plans.remove(0);
    faults.undo(first.type(), first.metadata());

    engine.stop(Signal.TERM);
    var gone = supplyAsync(() -> faults.gone(first.type(), first.metadata()));
    ComposeFaults other = cluster.faults(NODES);
    FaultPlan last = plans.remove(plans.size() - 1);
    var lastNote = supplyAsync(() -> FaultyCluster.undo(other, last));
    engine.start();

    assertThat(gone.join()).isTrue();
    assertThat(faults.undoNote(first.type(), first.metadata())).isEmpty();
    assertThat(lastNote.join()).isEmpty();
    awaitComeback("n5", "n7");
    SoftAssertions softly = new SoftAssertions();
    for (FaultPlan plan : plans) {
      softly
          .assertThat(faults.gone(plan.type(), plan.metadata()))
          .as("%s is gone", plan.type())
          .isEqualTo(!outlivesAStart(plan.type()));
    }
    for (FaultPlan plan : plans) {
      softly
          .assertThat(FaultyCluster.undo(faults, plan).orElse(""))
          .as(plan.type().label())
          .matches(told(plan.type(), false));
    }
    softly.assertAll();
    asBefore(before, false);
  }

  /** So is the evalctl that made the faults; another one undoes them. */
  @Test
  void containersOutliveAKilledEngine(@TempDir Path own) throws Exception {
    engine.liveRestore(true);
    String rule = "-s 192.0.2.7 -j theirs";
    cluster.inNetwork("n7", "sh", "-ec", "iptables -N theirs; iptables -A INPUT " + rule);
    Map<String, List<String>> before = cluster.state();
    Scratch scratch = new Scratch(own);
    FaultLeaver.leave(
        scratch,
        cluster,
        "make",
        300,
        Map.of("DOCKER_HOST", engine.address()),
        () -> true,
        FaultLeaver.EVERY_FAULT);
    awaitEndsNoticed();
    engine.restart(Signal.KILL);
    awaitComeback("n5", "n7");
    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).as(heal.err()).isZero();
    List<String> rows =
        scratch.query(
            "select chaos_type || ' ' || state || ' ' || coalesce(error, '') from chaos_journal order by id");
    assertThat(rows).hasSameSizeAs(FaultLeaver.EVERY_FAULT);
    for (String row : rows) {
      String[] words = row.split(" ", 3);
      assertThat(words[1]).isEqualTo("undone");
      assertThat(words[2]).as(words[0]).matches(told(ChaosType.parse(words[0]), true));
    }
    Scratch.await("the end of what waited", () -> scratch.processes().isEmpty());
    assertThat(scratch.remains()).isEmpty();
    asBefore(before, true);
    cluster.inNetwork("n7", "sh", "-ec", "iptables -D INPUT " + rule + "; iptables -X theirs");
  }

  /** A pause goes on when containers do; rules end with the network that they are in. */
  @Test
  void theTrialSaysWhatHappened(@TempDir Path own) {
    engine.liveRestore(true);
    Scratch scratch = new Scratch(own);
    Map<String, String> environment =
        Map.of("DOCKER_HOST", engine.address(), "EVALCTL_ETCD_IMAGE", ETCD);
    Running running =
        scratch.startBy(
            engine.inNetwork(),
            environment,
            "campaign",
            "--subject",
            "etcd",
            "--chaos",
            "process-pause,port-block",
            "--arms",
            "baseline",
            "--timeout",
            "6s",
            "--fault-duration",
            "8s",
            "--settle",
            "2s",
            "--verbose");
    try {
      awaitOnset(running, "process-pause");
      engine.restart(Signal.TERM);
      engine.liveRestore(false);
      awaitOnset(running, "port-block");
      engine.restart(Signal.KILL);
      running.await();
    } finally {
      scratch.end();
      cluster.commands.docker("start", cluster.container("n6"));
    }
    assertThat(running.exitCode()).as(running.err()).isZero();
    List<String> trials =
        scratch.query(
            "select outcome || ' ' || healed_by || ' ' || flags_json from trials order by id");
    assertThat(trials).hasSize(2);
    // A busy machine has flags of its own.
    assertThat(trials.get(0)).startsWith("unhealed none").doesNotContain("fault-ended-early");
    // How soon all serve again is the machine's matter; it is not evalctl that has brought it
    // about.
    assertThat(trials.get(1)).matches("lifted (self|none) .*\"fault-ended-early\".*");
    List<String> ends =
        scratch.query("select state || ' ' || coalesce(error, '') from chaos_journal order by id");
    assertThat(ends.get(0)).isEqualTo("undone ");
    // An engine answers a little before it has started its containers.
    assertThat(ends.get(1)).matches("undone (healed-by-restart|container-stopped) [(]etcd\\d[)]");
    assertThat(scratch.remains()).isEmpty();
    assertThat(cluster.commands.docker("ps", "-aq").lines()).hasSize(NODES);
  }

  /** The witness has seen it, and the response is waited for. */
  private static void awaitOnset(Running running, String type) {
    Scratch.await(
        type + " to be seen",
        () -> {
          String said = running.err();
          String since = said.substring(Math.max(0, said.indexOf("· " + type)));
          return !running.process().isAlive()
              || since.startsWith("· ")
                  && (since.contains("waiting to see it heal by itself")
                      || since.contains("waiting for the fault's end"));
        });
    assertThat(running.process().isAlive()).as(running.err()).isTrue();
  }

  private static boolean outlivesAStart(ChaosType type) {
    return switch (type) {
      case NODE_KILL, LEADER_KILL, NODE_STOP, CONFIG_CORRUPTION, DISK_PRESSURE -> true;
      default -> false;
    };
  }

  /** What is to be known of an undo, as a pattern; partitions reach nodes, too, that are down. */
  private static String told(ChaosType type, boolean live) {
    String down = "(container-stopped|healed-by-restart) [(]n[1-4][)]";
    if (live) {
      return type == ChaosType.NETWORK_PARTITION ? "((, )?" + down + ")*" : "";
    }
    return outlivesAStart(type)
        ? ""
        : "((, )?(" + down + "|container-stopped [(]n6[)]|healed-by-restart [(]n[57][)]))+";
  }

  /** One that is killed before that may find itself unable to start them ever again. */
  private static void awaitEndsNoticed() {
    List.of("n1", "n2", "n3", "n4")
        .forEach(node -> Scratch.await("the end of " + node, () -> !runs(node)));
  }

  private static void awaitComeback(String... nodes) {
    for (String node : nodes) {
      Scratch.await(node + " to run", () -> runs(node));
    }
  }

  private static boolean runs(String node) {
    return cluster.inspect(node, "{{.State.Running}}").equals("true");
  }

  private static void asBefore(Map<String, List<String>> before, boolean live) {
    assertThat(runs("n6")).as("n6, which nobody was to start again").isEqualTo(live);
    if (!live) {
      cluster.commands.docker("start", cluster.container("n6"));
    }
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.differences(before)).isEmpty();
    assertThat(MarkedProcesses.values(DeadMan.MARKER).values())
        .noneMatch(tag -> tag.contains(cluster.run));
    assertThat(cluster.commands.docker("ps", "-aq").lines()).hasSize(NODES);
  }
}
