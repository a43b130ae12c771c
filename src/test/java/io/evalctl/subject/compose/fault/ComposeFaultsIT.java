package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.testing.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every fault that this kernel offers: made, witnessed, undone; and all as before. */
@NeedsDocker
class ComposeFaultsIT {
  @TempDir static Path directory;
  private static FaultyCluster cluster;
  private final ComposeFaults faults = cluster.faults();

  @BeforeAll
  static void start() {
    cluster = new FaultyCluster(directory, 3, "--restart", "on-failure:3");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    if (Files.exists(cluster.claims())) {
      try (var files = Files.list(cluster.claims())) {
        assertThat(files).isEmpty();
      }
    }
    cluster.containers.keySet().forEach(cluster::awaitServing);
  }

  @ParameterizedTest
  @CsvSource({
    "NODE_KILL, policy, disable",
    "NODE_STOP, , ",
    "PROCESS_PAUSE, , ",
    "CONFIG_CORRUPTION, , ",
    "NETWORK_PARTITION, kind, isolate",
    "NETWORK_PARTITION, kind, bridge",
    "ASYMMETRIC_PARTITION, , ",
    "PACKET_LOSS, percent, 50",
    "DUPLICATION, percent, 50",
    "BANDWIDTH, kbps, 64",
    "PORT_BLOCK, port, 0",
    "CONNECTION_RESET, , ",
    "DISK_PRESSURE, mb, 8",
    "CPU_STARVATION, percent, 5",
    "MEMORY_EXHAUSTION, headroom_mb, 16",
  })
  void isMadeWitnessedAndUndone(ChaosType type, String name, String value) {
    String[] given = name == null ? new String[0] : new String[] {name, value};
    faults.preflight(FaultyCluster.request(type, "n2", given));
    Map<String, List<String>> before = cluster.state();
    FaultPlan plan = FaultyCluster.plan(faults, type, "n2", given);
    assertThat(faults.describe(plan)).isNotEmpty();
    assertThat(faults.visible(plan)).isFalse();
    assertThat(cluster.differences(before)).as("planning changes nothing").isEmpty();
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(faults.gone(type, plan.metadata())).isFalse();
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
    cluster.containers.keySet().forEach(cluster::awaitServing);
    assertThat(cluster.differences(before)).isEmpty();
    faults.undo(type, plan.metadata());
    assertThat(faults.gone(type, plan.metadata())).isTrue();
    assertThat(cluster.differences(before)).isEmpty();
  }

  /** The engine waits for it and, as long as it does, tells nobody anything of the container. */
  @Test
  void theRuntimesOwnProcessesAreNotStoppedNorWaitedFor() {
    cluster.commands.docker(
        "exec",
        "-d",
        cluster.containers.get("n2"),
        "python3",
        "-c",
        "import time; open('/proc/self/comm', 'w').write('runc:[2:INIT]'); time.sleep(1000)");
    String id = cluster.commands.docker("inspect", "-f", "{{.Id}}", cluster.containers.get("n2"));
    Scratch.await("the process", () -> runtimes(id).size() == 1);
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(runtimes(id)).hasSize(1).noneMatch(ProcessIdentity::stopped);

    runtimes(id).forEach(process -> process.signal(Signal.STOP));
    FaultyCluster.undo(faults, plan);
    assertThat(runtimes(id)).hasSize(1).noneMatch(ProcessIdentity::stopped);
  }

  private static List<ProcessIdentity> runtimes(String id) {
    return HostAccess.processes(id.strip()).stream().filter(HostAccess::ofRuntime).toList();
  }

  /** Only planned, for what it would do is done to this machine. */
  @Test
  void noRuleIsPlannedForANetworkOfOthers() {
    String name = cluster.project + "-h";
    cluster.commands.docker(
        "run",
        "-d",
        "--name",
        name,
        "--network",
        "host",
        "--label",
        "evalctl-test=" + cluster.run,
        "--label",
        "com.docker.compose.project=" + cluster.project,
        FaultyCluster.IMAGE,
        "sleep",
        "1000");
    Map<String, String> containers = new LinkedHashMap<>(cluster.containers);
    containers.put("h", name);
    try {
      ComposeFaults wider =
          new ComposeFaults(
              cluster.engine,
              new FaultScope(
                  cluster.project,
                  cluster.run,
                  containers,
                  Optional::empty,
                  1,
                  Duration.ofMinutes(1),
                  cluster.claims(),
                  Map.of(),
                  Map.of(),
                  null),
              TimeSource.system());
      assertThatThrownBy(() -> FaultyCluster.plan(wider, ChaosType.NETWORK_PARTITION, "h"))
          .hasMessage("container %s has no network of its own: its network_mode is host", name);
    } finally {
      cluster.commands.docker("rm", "-f", name);
    }
  }

  @Test
  void planIsTheSameForTheSameSeed() {
    FaultPlan one = FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "any");
    FaultPlan other = FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "any");
    assertThat(other.targets()).isEqualTo(one.targets());
    assertThat(FaultyCluster.plan(faults, ChaosType.LEADER_KILL, "any").targets())
        .containsExactly("n1");
    assertThat(FaultyCluster.plan(faults, ChaosType.NODE_KILL, "follower").role())
        .isEqualTo("follower");
  }

  @Test
  void partitionedNodeIsNotReachedAndOthersAre() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.NETWORK_PARTITION, "n2");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(cluster.reaches("n1", "n2")).isFalse();
    assertThat(cluster.reaches("n2", "n3")).isFalse();
    assertThat(cluster.reaches("n1", "n3")).isTrue();
    FaultyCluster.undo(faults, plan);
    assertThat(cluster.reaches("n1", "n2")).isTrue();
  }

  @Test
  void keptRestartPolicyLetsTheEngineBringTheNodeBack() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.NODE_KILL, "n3", "policy", "keep");
    String before = cluster.pid("n3");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    cluster.awaitServing("n3");
    assertThat(cluster.pid("n3")).isNotEqualTo(before);
    assertThat(FaultyCluster.undo(faults, plan)).isEmpty();
  }

  @Test
  void disabledRestartPolicyKeepsItDownAndIsRestored() {
    FaultPlan plan = FaultyCluster.plan(faults, ChaosType.NODE_KILL, "n3");
    faults.inject(plan);
    FaultyCluster.awaitVisible(faults, plan);
    assertThat(cluster.inspect("n3", "{{.HostConfig.RestartPolicy.Name}}")).isEqualTo("no");
    FaultyCluster.undo(faults, plan);
    assertThat(cluster.inspect("n3", "{{json .HostConfig.RestartPolicy}}"))
        .isEqualTo("{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}");
  }

  @Test
  void whatTheKernelLacksIsRefusedWithTheReason() {
    Set<ChaosType> offered = faults.types();
    assertThat(offered).contains(ChaosType.NODE_KILL).doesNotContain(ChaosType.DATA_CORRUPTION);
    for (ChaosType type : List.of(ChaosType.LATENCY, ChaosType.DATA_CORRUPTION)) {
      if (!offered.contains(type)) {
        assertThatThrownBy(() -> faults.preflight(FaultyCluster.request(type, "any")))
            .isInstanceOfSatisfying(
                EvalctlException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_CHAOS);
                  assertThat(e.getMessage()).contains("cannot be made here: ");
                });
      }
    }
  }

  @Test
  void moreNodesThanAllowedAreRefused() {
    FaultPlan first = FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "n1");
    faults.inject(first);
    assertThatThrownBy(() -> FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "n2"))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("2 nodes under fault at once");
    FaultyCluster.undo(faults, first);
    FaultyCluster.plan(faults, ChaosType.PROCESS_PAUSE, "n2");
  }

  @Test
  void containerOfAnotherProjectIsNotTouched() {
    FaultScope scope = cluster.scope(1, java.time.Duration.ofMinutes(5));
    ComposeFaults strangers =
        new ComposeFaults(
            cluster.engine,
            new FaultScope(
                "another",
                scope.run(),
                scope.containers(),
                scope.leader(),
                1,
                scope.lifetime(),
                scope.claims(),
                scope.dataPaths(),
                scope.configFiles(),
                null),
            io.evalctl.clock.TimeSource.system());
    assertThatThrownBy(() -> FaultyCluster.plan(strangers, ChaosType.NODE_KILL, "n1"))
        .hasMessageContaining("belongs to project");
  }
}
