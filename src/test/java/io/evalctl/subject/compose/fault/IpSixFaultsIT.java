package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.testing.Scratch;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes that reach each other by IPv4 and by IPv6: a fault that leaves one of them is none. */
@NeedsDocker
class IpSixFaultsIT {
  @TempDir static Path directory;
  private static FaultyCluster cluster;
  private static ComposeFaults faults;

  @BeforeAll
  static void start() {
    cluster = new FaultyCluster(directory, true, 3);
    faults = cluster.faults();
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "NETWORK_PARTITION, false",
    "PORT_BLOCK, false",
    "CONNECTION_RESET, false",
    "PACKET_LOSS, true"
  })
  void reachesBothAndTheWitnessSeesBoth(ChaosType type, boolean through) {
    assertThat(cluster.reachesAt("n1", cluster.addressSix("n2"))).isTrue();
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    if (!through) {
      assertThat(cluster.reachesAt("n1", cluster.addressSix("n2"))).isFalse();
      assertThat(cluster.reaches("n1", "n2")).isFalse();
      assertThat(cluster.reachesAt("n1", cluster.addressSix("n3"))).isTrue();
    }
    assertThat(cluster.inNetwork("n2", "ip6tables-save")).contains(ChainRules.PREFIX);
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
    assertThat(cluster.inNetwork("n2", "ip6tables-save")).doesNotContain(ChainRules.PREFIX);
    assertThat(cluster.reachesAt("n1", cluster.addressSix("n2"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"NETWORK_PARTITION", "PORT_BLOCK"})
  void isNotWitnessedWhereOnlyOneIsHit(ChaosType type) {
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2");
    faults.inject(plan);
    String chain = plan.metadata().path("tag").asText() + "-i";
    cluster.inNetwork("n2", "ip6tables", "-D", "INPUT", "-j", chain);
    assertThat(faults.visible(plan)).isFalse();
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
  }

  /** What neighbours ask each other goes by IPv6 too, and one way of it is not to be cut. */
  @Test
  void theOtherWayOfAnAsymmetricPartitionStaysOpen() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.ASYMMETRIC_PARTITION, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    String two = cluster.addressSix("n2");
    cluster.inNetwork("n1", "ip", "-6", "neigh", "flush", "all");
    cluster.inNetwork("n1", "bash", "-c", "echo x > /dev/udp/" + two + "/9");
    Scratch.await(
        "n2 to be found by n1",
        () -> cluster.inNetwork("n1", "ip", "-6", "neigh", "show", two).contains("lladdr"));
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
  }
}
