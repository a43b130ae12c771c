package io.evalctl.subject.compose.fault;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.Signal;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The engine itself is ended and started again while every fault that this kernel offers is in. On
 * an engine of its own: with live-restore containers do not notice, without it they die with the
 * engine, or are ended by the next one, and come back by their restart policies.
 */
@NeedsDocker
class EngineRestartIT {
  private static final int NODES = 7;
  private static final String ETCD = "evalctl-etcd:local";

  /** Those of one node are in it together; n1 to n4 are down meanwhile. */
  private static final List<String> ALL =
      List.of(
          "connection-reset:n7",
          "port-block:n7",
          "packet-loss:n7",
          "duplication:n7",
          "bandwidth:n7:kbps=5000",
          "disk-pressure:n7:mb=8",
          "asymmetric-partition:n7",
          "network-partition:n7:kind=isolate",
          "network-partition:n7:kind=halves",
          "network-partition:n7:kind=ring",
          "network-partition:n7:kind=bridge",
          "cpu-starvation:n6",
          "memory-exhaustion:n6:headroom_mb=16",
          "process-pause:n5",
          "config-corruption:n4",
          "node-stop:n3",
          "node-kill:n2",
          "leader-kill:n1");

  @TempDir static Path directory;
  private static OwnEngine engine;
  private static FaultyCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    OwnEngine.lacking().ifPresent(Assumptions::abort);
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
    if (engine != null) {
      engine.close();
      assertThat(directory.resolve("e")).isEmptyDirectory();
    }
  }

  /** With an engine that is away in the middle of an undo, too. */
  @ParameterizedTest
  @CsvSource("false, KILL")
  void undoneByTheOneThatMadeThem(boolean live, Signal signal) {
    engine.liveRestore(live);
    Map<String, List<String>> before = withRulesOfOthers(live);
    ComposeFaults faults = cluster.faults(NODES);
    List<FaultPlan> plans = new ArrayList<>();
    for (String each : ALL) {
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

    engine.stop(signal);
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
          .isEqualTo(!live && !outlivesAStart(plan.type()));
    }
    for (FaultPlan plan : plans) {
      softly
          .assertThat(FaultyCluster.undo(faults, plan).orElse(""))
          .as(plan.type().label())
          .matches(told(plan.type(), live));
    }
    softly.assertAll();
    asBefore(before, live);
  }

  /** By another evalctl, when the one that made them was killed. */
  @ParameterizedTest
  @CsvSource({"true, KILL", "false, TERM"})
  void undoneByHeal(boolean live, Signal signal, @TempDir Path own) throws Exception {
    engine.liveRestore(live);
    Map<String, List<String>> before = withRulesOfOthers(live);
    Scratch scratch = new Scratch(own);
    FaultLeaver.leave(scratch, cluster, "make", 300, engine.environment(), () -> true, ALL);
    awaitEndsNoticed();
    engine.restart(signal);
    awaitComeback("n5", "n7");
    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).as(heal.err()).isZero();
    List<String> rows =
        scratch.query(
            "select chaos_type || ' ' || state || ' ' || coalesce(error, '') from chaos_journal order by id");
    assertThat(rows).hasSameSizeAs(ALL);
    for (String row : rows) {
      String[] words = row.split(" ", 3);
      assertThat(words[1]).isEqualTo("undone");
      assertThat(words[2]).as(words[0]).matches(told(ChaosType.parse(words[0]), live));
    }
    Scratch.await("the end of what waited", () -> scratch.processes().isEmpty());
    assertThat(scratch.remains()).isEmpty();
    asBefore(before, live);
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

  /** Rules of somebody else in the network of the one that most faults are in. */
  private static Map<String, List<String>> withRulesOfOthers(boolean live) {
    if (live) {
      cluster.inNetwork(
          "n7", "sh", "-ec", "iptables -N theirs; iptables -A INPUT -s 192.0.2.7 -j theirs");
    }
    return cluster.state();
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
    if (live) {
      cluster.inNetwork(
          "n7", "sh", "-ec", "iptables -D INPUT -s 192.0.2.7 -j theirs; iptables -X theirs");
    }
    assertThat(MarkedProcesses.values(DeadMan.MARKER).values())
        .noneMatch(tag -> tag.contains(cluster.run));
    assertThat(cluster.commands.docker("ps", "-aq").lines()).hasSize(NODES);
  }
}
