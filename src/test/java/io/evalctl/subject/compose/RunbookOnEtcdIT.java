package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.operator.AgentSpec;
import io.evalctl.operator.OperatorProcess;
import io.evalctl.operator.OperatorVariables;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.question.Answer;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.compose.fault.ComposeFaults;
import io.evalctl.subject.compose.fault.FaultScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in operator at work on real containers, with docker's own commands. */
class RunbookOnEtcdIT {
  @TempDir private Path directory;

  @Test
  void startsADeadMemberUnpausesAnotherAndRestartsAStoppedProcess() throws Exception {
    try (EtcdBench bench = EtcdBench.etcd(directory).start()) {
      var docker = bench.subject.engine().client();

      assertThat(mends(bench, () -> docker.killContainerCmd(bench.container("etcd1")).exec()))
          .containsSubsequence("3", "docker start " + bench.container("etcd1") + " 0");
      assertThat(mends(bench, () -> docker.pauseContainerCmd(bench.container("etcd2")).exec()))
          .containsSubsequence("1", "docker restart -t 3 " + bench.container("etcd2") + " 0");
      long pid =
          docker.inspectContainerCmd(bench.container("etcd3")).exec().getState().getPidLong();
      assertThat(mends(bench, () -> signal(pid, "STOP")))
          .containsSubsequence("1", "docker restart -t 3 " + bench.container("etcd3") + " 0");
    }
  }

  private static void signal(long pid, String name) {
    try {
      new ProcessBuilder("kill", "-s", name, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The kernel goes on taking connections for a stopped server: only a question tells. */
  @Test
  void seesAStoppedRedisByTheSubjectsOwnProbes() throws Exception {
    try (EtcdBench bench = EtcdBench.redis(directory).start()) {
      long pid =
          bench
              .subject
              .engine()
              .client()
              .inspectContainerCmd(bench.container("redis3"))
              .exec()
              .getState()
              .getPidLong();
      assertThat(mends(bench, () -> signal(pid, "STOP")))
          .containsSubsequence("1", "docker restart -t 3 " + bench.container("redis3") + " 0");
      theCanaryIsAtTheMaster(bench);
      aSentinelIsCutOffWithItsServer(bench);
    }
  }

  private static void theCanaryIsAtTheMaster(EtcdBench bench) {
    Queue<CanaryOperation> seen = new ConcurrentLinkedQueue<>();
    try (Canary canary = bench.subject.openCanary(seen::add)) {
      canary.start();
      EtcdBench.await("some operations", () -> seen.size() >= 20);
      canary.stop(EtcdBench.soon());

      assertThat(seen).filteredOn(operation -> operation.result() != Result.OK).isEmpty();
      EtcdBench.await("the replicas", () -> canary.verify(EtcdBench.soon()).lost() == 0);
      assertThat(canary.verify(EtcdBench.soon()).perNode()).containsOnlyKeys(bench.subject.nodes());
    }
  }

  private void aSentinelIsCutOffWithItsServer(EtcdBench bench) {
    ComposeFaults faults =
        new ComposeFaults(
            bench.subject.engine(),
            new FaultScope(
                bench.subject.project(),
                bench.runId,
                bench.subject.containers(),
                bench.subject::leader,
                1,
                Duration.ofMinutes(2),
                directory.resolve("claims"),
                Map.of(),
                Map.of(),
                null,
                bench.subject.namespaces(),
                ComposeForesight.companions(bench.subject.definition(), bench.subject.project())),
            EtcdBench.TIME);
    FaultRequest request =
        new FaultRequest(ChaosType.NETWORK_PARTITION, "redis2", Map.of("kind", "isolate"));
    Assumptions.assumeTrue(faults.types().contains(request.type()), "no packet rules here");
    FaultPlan plan = faults.plan(request, new SplittableRandom(1));
    assertThat(hears(bench, "sentinel2", "redis1")).isTrue();
    try {
      faults.inject(plan);
      EtcdBench.await("the partition", () -> faults.visible(plan));
      assertThat(hears(bench, "sentinel2", "redis1")).isFalse();
      assertThat(hears(bench, "sentinel2", "redis2")).isTrue();
      assertThat(hears(bench, "sentinel1", "redis2")).isFalse();
      assertThat(hears(bench, "sentinel1", "redis1")).isTrue();
    } finally {
      faults.undo(plan.type(), plan.metadata());
      EtcdBench.await("its end", () -> faults.gone(plan.type(), plan.metadata()));
    }
    EtcdBench.await("the link", () -> hears(bench, "sentinel2", "redis1"));
  }

  private static boolean hears(EtcdBench bench, String from, String to) {
    Answer answer =
        new ContainerExec(
                bench.subject.engine(), Map.of(from, bench.subject.project() + "-" + from))
            .run(
                from,
                List.of("timeout", "3", "redis-cli", "-h", to, "ping"),
                Duration.ofSeconds(30));
    return answer instanceof Answer.Given given && given.body().strip().equals("PONG");
  }

  /** What the operator did: exit codes of looks, commands that change something. */
  private List<String> mends(EtcdBench bench, Runnable harm) {
    String name = UUID.randomUUID().toString().substring(0, 8);
    Path database = directory.resolve(name + ".db");
    Map<String, String> variables = new HashMap<>(bench.subject.agentEnvironment());
    variables.put(OperatorVariables.DATABASE, database.toString());
    try (OperatorWatch watch = OperatorWatch.open(database, OperatorTimezone.UTC, EtcdBench.TIME);
        OperatorProcess operator =
            OperatorProcess.start(
                new AgentSpec.Exec(
                    "exec '%s' -Xmx32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s"
                        .formatted(
                            Path.of(System.getProperty("java.home"), "bin", "java"),
                            System.getProperty("java.class.path"),
                            "io.evalctl.operator.runbook.RunbookProbe")),
                variables,
                name,
                directory.resolve(name + ".log"),
                EtcdBench.TIME)) {
      operator.awaitReady(watch, EtcdBench.soon());
      watch.mark(EtcdBench.soon());
      long begun = EtcdBench.TIME.nanoTime();
      harm.run();
      watch.onset(begun, EtcdBench.TIME.nanoTime());
      watch.awaitResolved(EtcdBench.soon()).orElseThrow();
      bench.subject.waitHealthy(EtcdBench.soon());
      assertThat(watch.catchUp(EtcdBench.soon())).isTrue();
      return watch.commands().stream()
          .map(
              command -> {
                String line = command.toolParams().get("command").asText();
                return line.startsWith("case")
                    ? String.valueOf(command.exitCode())
                    : line.replaceFirst(".*; ", "") + " " + command.exitCode();
              })
          .toList();
    }
  }
}
