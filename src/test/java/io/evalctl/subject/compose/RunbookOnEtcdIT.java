package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.operator.AgentSpec;
import io.evalctl.operator.OperatorProcess;
import io.evalctl.operator.OperatorVariables;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
