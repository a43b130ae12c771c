package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.clock.TimeSource;
import io.evalctl.process.MarkedProcesses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
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
  private final ComposeFaults faults = cluster.faults(4);

  @BeforeAll
  static void start() {
    cluster = new FaultyCluster(directory, 4);
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

  /** All faults at once: those that leave their node running in one of them. */
  private List<FaultPlan> all() {
    List<FaultPlan> plans = new ArrayList<>(ofPackets());
    plans.addAll(
        List.of(
            FaultyCluster.plan(faults, ChaosType.BANDWIDTH, "n2"),
            FaultyCluster.plan(faults, ChaosType.DISK_PRESSURE, "n2", "mb", "4"),
            FaultyCluster.plan(faults, ChaosType.CPU_STARVATION, "n2"),
            FaultyCluster.plan(faults, ChaosType.MEMORY_EXHAUSTION, "n2", "headroom_mb", "16"),
            FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "n2"),
            FaultyCluster.plan(faults, ChaosType.LEADER_KILL, "any"),
            FaultyCluster.plan(faults, ChaosType.NODE_STOP, "n3"),
            FaultyCluster.plan(faults, ChaosType.CONFIG_CORRUPTION, "n4")));
    return plans;
  }

  private List<FaultPlan> ofPackets() {
    return Stream.of(
            ChaosType.CONNECTION_RESET,
            ChaosType.PORT_BLOCK,
            ChaosType.PACKET_LOSS,
            ChaosType.DUPLICATION,
            ChaosType.ASYMMETRIC_PARTITION,
            ChaosType.NETWORK_PARTITION)
        .map(type -> FaultyCluster.plan(faults, type, "n2"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void somebodyMeddlesWithTheTargetOf(Deed deed) {
    Map<String, List<String>> before = cluster.state();
    List<FaultPlan> plans = all();
    plans.forEach(faults::inject);
    List<String> hit =
        deed == Deed.PAUSED ? List.of("n2") : List.copyOf(cluster.containers.keySet());
    hit.parallelStream().forEach(node -> deed.doTo(cluster, node));
    String starts = deed == Deed.REMOVED ? "" : cluster.starts();

    SoftAssertions softly = new SoftAssertions();
    for (FaultPlan plan : plans) {
      String told = deed.told(plan);
      softly
          .assertThat(FaultyCluster.undo(faults, plan).orElse(""))
          .as("%s, %s", plan.type(), deed)
          .matches(note -> told.isEmpty() ? note.isEmpty() : note.contains(told));
    }
    softly.assertAll();

    if (deed != Deed.REMOVED) {
      assertThat(cluster.starts().lines().toList().get(1))
          .as("n2 is theirs")
          .isEqualTo(starts.lines().toList().get(1));
      assertThat(cluster.inspect("n2", "{{.State.Status}}"))
          .isEqualTo(deed == Deed.PAUSED ? "paused" : deed == Deed.STOPPED ? "exited" : "running");
    }
    assertThat(MarkedProcesses.values(DeadMan.MARKER).values())
        .noneMatch(tag -> tag.contains(cluster.run));
    switch (deed) {
      case REMOVED -> hit.parallelStream().forEach(node -> cluster.start(node));
      case PAUSED -> FaultyCluster.docker("unpause", cluster.container("n2"));
      case STOPPED -> FaultyCluster.docker("start", cluster.container("n2"));
      case RESTARTED, RECREATED -> {}
    }
    cluster.containers.keySet().forEach(cluster::awaitServing);
    plans.forEach(plan -> faults.undo(plan.type(), plan.metadata()));
    assertThat(cluster.differences(before)).isEmpty();
  }

  /** There, every link that is cut lies between two nodes with rules. */
  @Test
  void ringOfFourIsWitnessed() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.NETWORK_PARTITION, "n2", "kind", "ring");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(cluster.reaches("n1", "n2")).isNotEqualTo(cluster.reaches("n1", "n3"));
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
  }

  /** Also such as look like ours. */
  @Test
  void rulesAndQueuesOfOthersStay() {
    cluster.inNetwork(
        "n2",
        "sh",
        "-ec",
        """
        iptables -N evc-theirs-1-i
        iptables -A evc-theirs-1-i -s 192.0.2.7 -j DROP
        iptables -A INPUT -j evc-theirs-1-i
        iptables -A OUTPUT -d 192.0.2.8 -m comment --comment "not evc-" -j REJECT
        iptables -t mangle -A POSTROUTING -d 192.0.2.7
        iptables -t nat -A OUTPUT -d 192.0.2.9 -j ACCEPT
        ip6tables -A INPUT -s 2001:db8::7 -j DROP
        tc qdisc add dev lo root handle 1: pfifo
        tc qdisc add dev eth0 root handle 7000: pfifo
        """);
    String before = cluster.rules("n2");
    List<FaultPlan> plans = ofPackets();
    plans.forEach(faults::inject);
    assertThat(cluster.rules("n2").lines().toList()).containsAll(before.lines().toList());
    plans.forEach(plan -> assertThat(FaultyCluster.undo(faults, plan)).isEmpty());
    assertThat(cluster.rules("n2")).isEqualTo(before);

    cluster.inNetwork("n2", "tc", "qdisc", "del", "dev", "eth0", "root");
    String without = cluster.rules("n2");
    FaultPlan queue = made(ChaosType.BANDWIDTH);
    assertThat(FaultyCluster.undo(faults, queue)).isEmpty();
    assertThat(cluster.rules("n2")).isEqualTo(without);

    FaultPlan plan = made(ChaosType.PORT_BLOCK);
    cluster.inNetwork("n2", "iptables", "-t", "mangle", "-F");
    assertThat(FaultyCluster.undo(faults, plan).orElseThrow())
        .startsWith("not as before: network of n2: ");
    FaultyCluster.docker("restart", "-t", "0", cluster.container("n2"));
  }

  @Test
  void chainOfThatNameIsNotTaken() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.ASYMMETRIC_PARTITION, "n2");
    String tag = plan.metadata().path("tag").asText();
    int number = Integer.parseInt(tag.substring(tag.lastIndexOf('-') + 1), Character.MAX_RADIX);
    String next = tag.substring(0, tag.lastIndexOf('-') + 1) + Integer.toString(number + 1, 36);
    cluster.inNetwork("n2", "iptables", "-N", next + "-o");
    assertThatThrownBy(() -> FaultyCluster.plan(faults, ChaosType.ASYMMETRIC_PARTITION, "n2"))
        .hasMessageContaining("has a chain " + next + "-o already");
    cluster.inNetwork("n2", "iptables", "-X", next + "-o");
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
    FaultyCluster.docker("rm", "-fv", cluster.container("n2"));
    cluster.start("n2");
  }
}
