package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same faults through the engine alone, as where evalctl is not root on its machine. */
@NeedsDocker
class RemoteEngineIT {
  private static final String TOOLS = "evalctl-fault-tools:local";

  @TempDir static Path directory;
  private static FaultyCluster cluster;

  @BeforeAll
  static void start() {
    cluster = new FaultyCluster(directory, 3, "--restart", "always", "--memory", "256m");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static ComposeFaults faults(String tools) {
    FaultScope scope = cluster.scope(1, Duration.ofMinutes(5));
    return new ComposeFaults(
        cluster.engine,
        new FaultScope(
            scope.project(),
            scope.run(),
            scope.containers(),
            scope.leader(),
            1,
            scope.lifetime(),
            scope.claims(),
            scope.dataPaths(),
            scope.configFiles(),
            tools),
        new HostAccess(false),
        TimeSource.system());
  }

  @ParameterizedTest
  @CsvSource({
    "NODE_KILL, engine",
    "NODE_STOP, engine",
    "PROCESS_PAUSE, engine-pause",
    "CPU_STARVATION, engine-update",
    "MEMORY_EXHAUSTION, engine-update",
    "CONFIG_CORRUPTION, ",
    "DISK_PRESSURE, ",
  })
  void isMadeThroughTheEngine(ChaosType type, String by) {
    ComposeFaults faults = faults(null);
    String before =
        cluster.inspect("n2", "{{json .HostConfig}}").replace("\"CpuQuota\":-1", "\"CpuQuota\":0");
    String[] given =
        type == ChaosType.MEMORY_EXHAUSTION ? new String[] {"headroom_mb", "64"} : new String[0];
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2", given);
    assertThat(plan.metadata().path("by").asText(null)).isEqualTo(by);
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(faults.gone(type, plan.metadata())).isFalse();
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
    cluster.awaitServing("n2");
    // The engine takes 0 and -1 alike for no quota, and cannot go back from one to the other.
    assertThat(
            cluster
                .inspect("n2", "{{json .HostConfig}}")
                .replace("\"CpuQuota\":-1", "\"CpuQuota\":0"))
        .isEqualTo(before);
  }

  /** What the engine was told holds for the container's next start, too: no restart heals that. */
  @ParameterizedTest
  @CsvSource({"CPU_STARVATION", "MEMORY_EXHAUSTION"})
  void limitThatOutlivesARestartIsTakenBack(ChaosType type) {
    ComposeFaults faults = faults(null);
    FaultPlan plan =
        type == ChaosType.CPU_STARVATION
            ? FaultyCluster.plan(faults, type, "n3", "percent", "50")
            : FaultyCluster.plan(faults, type, "n3", "headroom_mb", "64");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    FaultyCluster.docker("restart", "-t", "0", cluster.container("n3"));
    assertThat(faults.visible(plan)).isTrue();
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
    assertThat(faults.visible(plan)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"NETWORK_PARTITION", "BANDWIDTH", "PACKET_LOSS"})
  void isMadeByAContainerWithTools(ChaosType type) {
    assumeTrue(
        FaultyCluster.tryRun("docker", "image", "inspect", TOOLS) == 0,
        "scripts/fault-tools-image makes " + TOOLS);
    ComposeFaults faults = faults(TOOLS);
    faults.preflight(FaultyCluster.request(type, "n2"));
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
    assertThat(cluster.inNetwork("n2", "iptables-save")).doesNotContain(ChainRules.PREFIX);
    assertThat(FaultyCluster.docker("ps", "-aq", "--filter", "ancestor=" + TOOLS)).isBlank();
  }

  @Test
  void networkOutOfReachIsRefusedWithTheReason() {
    ComposeFaults faults = faults(null);
    assertThat(faults.types()).contains(ChaosType.NODE_KILL).doesNotContain(ChaosType.PORT_BLOCK);
    assertThatThrownBy(
            () -> faults.preflight(FaultyCluster.request(ChaosType.NETWORK_PARTITION, "any")))
        .hasMessageContaining("evalctl is not root on the engine's machine");
  }

  @Test
  void policyThatCannotBeKeptIsRefused() {
    assertThatThrownBy(
            () -> FaultyCluster.plan(faults(null), ChaosType.NODE_KILL, "n2", "policy", "keep"))
        .hasMessageContaining("what is killed through the engine is not restarted");
  }
}
