package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others do to a container while a fault is in. */
@NeedsDocker
class BadLuckIT {
  @TempDir static Path directory;
  private static FaultyCluster cluster;
  private final ComposeFaults faults = cluster.faults();

  @BeforeAll
  static void start() {
    cluster = new FaultyCluster(directory, 3);
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @AfterEach
  void allServe() {
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.claims()).isEmptyDirectory();
  }

  private FaultPlan made(ChaosType type) {
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    return plan;
  }

  @ParameterizedTest
  @EnumSource(names = {"NETWORK_PARTITION", "BANDWIDTH", "PROCESS_PAUSE", "CPU_STARVATION"})
  void restartEndsTheFaultAndIsTold(ChaosType type) {
    FaultPlan plan = made(type);
    FaultyCluster.docker("restart", "-t", "0", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan)).contains("healed-by-restart (n2)");
  }

  @ParameterizedTest
  @EnumSource(names = {"NETWORK_PARTITION", "NODE_KILL", "DISK_PRESSURE"})
  void containerMadeAnewIsLeftAloneAndTold(ChaosType type) {
    FaultPlan plan = made(type);
    FaultyCluster.docker("rm", "-f", cluster.container("n2"));
    cluster.start("n2", "--restart", "unless-stopped");
    cluster.awaitServing("n2");
    String before = cluster.inspect("n2", "{{.State.StartedAt}} {{json .HostConfig}}");
    assertThat(FaultyCluster.undo(faults, plan)).contains("healed-by-restart (n2)");
    assertThat(cluster.inspect("n2", "{{.State.StartedAt}} {{json .HostConfig}}"))
        .isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(names = {"NETWORK_PARTITION", "NODE_KILL", "CONFIG_CORRUPTION", "PROCESS_PAUSE"})
  void removedContainerHasNothingLeft(ChaosType type) {
    FaultPlan plan = made(type);
    FaultyCluster.docker("rm", "-f", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan)).contains("container-removed (n2)");
    cluster.start("n2");
  }

  @Test
  void containerThatSomebodyStoppedStaysStopped() {
    FaultPlan plan = made(ChaosType.ASYMMETRIC_PARTITION);
    FaultyCluster.docker("stop", "-t", "0", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan)).contains("container-stopped (n2)");
    assertThat(cluster.inspect("n2", "{{.State.Running}}")).isEqualTo("false");
    FaultyCluster.docker("start", cluster.container("n2"));
  }

  @Test
  void fileInAStoppedContainerIsEmptied() {
    FaultPlan plan = made(ChaosType.DISK_PRESSURE);
    FaultyCluster.docker("stop", "-t", "0", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan).orElseThrow()).contains("is empty, but");
    FaultyCluster.docker("start", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
  }

  @Test
  void pauseOfSomebodyElseStays() {
    FaultPlan plan = made(ChaosType.PROCESS_PAUSE);
    FaultyCluster.docker("pause", cluster.container("n2"));
    FaultyCluster.undo(faults, plan);
    assertThat(cluster.inspect("n2", "{{.State.Paused}}")).isEqualTo("true");
    FaultyCluster.docker("unpause", cluster.container("n2"));
  }

  @Test
  void rulesOfOthersStay() {
    cluster.inNetwork("n2", "iptables", "-N", "theirs");
    cluster.inNetwork("n2", "iptables", "-A", "theirs", "-s", "192.0.2.7", "-j", "DROP");
    cluster.inNetwork("n2", "iptables", "-A", "INPUT", "-j", "theirs");
    cluster.inNetwork("n2", "iptables", "-t", "mangle", "-A", "POSTROUTING", "-d", "192.0.2.7");
    List<String> before = rules();
    for (ChaosType type :
        List.of(ChaosType.NETWORK_PARTITION, ChaosType.DUPLICATION, ChaosType.CONNECTION_RESET)) {
      FaultPlan plan = made(type);
      assertThat(rules()).containsAll(before);
      assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
      assertThat(rules()).isEqualTo(before);
    }
    FaultPlan plan = made(ChaosType.PORT_BLOCK);
    cluster.inNetwork("n2", "iptables", "-F", "theirs");
    assertThat(FaultyCluster.undo(faults, plan).orElseThrow())
        .startsWith("not as before: network of n2: --A theirs -s 192.0.2.7");
    FaultyCluster.docker("restart", "-t", "0", cluster.container("n2"));
  }

  private static List<String> rules() {
    return cluster
        .inNetwork("n2", "iptables-save")
        .lines()
        .filter(line -> line.startsWith("-A"))
        .toList();
  }

  @Test
  void queueOfSomebodyElseIsNeverReplaced() {
    cluster.inNetwork("n2", "tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "pfifo");
    assertThatThrownBy(() -> FaultyCluster.plan(faults, ChaosType.BANDWIDTH, "n2"))
        .hasMessageContaining("has a queue of somebody else: qdisc pfifo 1:");
    cluster.inNetwork("n2", "tc", "qdisc", "del", "dev", "eth0", "root");
    FaultPlan plan = made(ChaosType.BANDWIDTH);
    cluster.inNetwork("n2", "tc", "qdisc", "del", "dev", "eth0", "root");
    cluster.inNetwork("n2", "tc", "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "pfifo");
    assertThat(FaultyCluster.undo(faults, plan).orElseThrow()).contains("not as before");
    assertThat(cluster.inNetwork("n2", "tc", "qdisc")).contains("qdisc pfifo 1: dev eth0 root");
    FaultyCluster.docker("restart", "-t", "0", cluster.container("n2"));
  }

  @Test
  void twoRunsAtOnceDoNotTouchEachOther() {
    FaultScope scope = cluster.scope(1, java.time.Duration.ofMinutes(5));
    ComposeFaults others =
        new ComposeFaults(
            cluster.engine,
            new FaultScope(
                scope.project(),
                "other" + scope.run(),
                scope.containers(),
                Optional::empty,
                1,
                scope.lifetime(),
                scope.claims(),
                Map.of(),
                Map.of(),
                null),
            TimeSource.system());
    FaultPlan mine = made(ChaosType.NETWORK_PARTITION);
    FaultPlan theirs = FaultyCluster.plan(others, ChaosType.PORT_BLOCK, "n2");
    others.inject(theirs);
    FaultyCluster.undo(faults, mine);
    assertThat(others.gone(theirs.type(), theirs.metadata())).isFalse();
    FaultyCluster.awaitVisible(others, theirs);
    FaultyCluster.undo(others, theirs);
  }

  @Test
  void mountedConfigurationIsMendedAlsoWithoutItsContainer() throws Exception {
    Path file = java.nio.file.Files.writeString(directory.resolve("mounted.conf"), "port = 8000\n");
    FaultyCluster.docker("rm", "-f", cluster.container("n2"));
    cluster.start("n2", "-v", file + ":/etc/node.conf");
    cluster.awaitServing("n2");
    String before = java.nio.file.Files.readString(file);
    FaultPlan plan = made(ChaosType.CONFIG_CORRUPTION);
    assertThat(java.nio.file.Files.readString(file)).isNotEqualTo(before);
    FaultyCluster.docker("rm", "-f", cluster.container("n2"));
    assertThat(FaultyCluster.undo(faults, plan)).contains("container-removed (n2)");
    assertThat(java.nio.file.Files.readString(file)).isEqualTo(before);
    cluster.start("n2");
  }

  @Test
  void configurationThatSomebodyMendedIsTheirs() {
    FaultPlan plan = made(ChaosType.CONFIG_CORRUPTION);
    Path mended = directory.resolve("mended");
    try {
      java.nio.file.Files.writeString(mended, "port = 8000\n");
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
    FaultyCluster.docker("cp", mended.toString(), cluster.container("n2") + ":/etc/node.conf");
    assertThat(FaultyCluster.undo(faults, plan).orElseThrow()).contains("changed by somebody else");
    cluster.awaitServing("n2");
    assertThat(FaultyCluster.docker("exec", cluster.container("n2"), "cat", "/etc/node.conf"))
        .isEqualTo("port = 8000\n");
  }
}
