package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.question.Answer;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.NodeHealth.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real etcd members on a real engine. */
class ComposeSubjectIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void startsReadsWritesAndTellsOfItself() {
    try (EtcdBench bench = EtcdBench.etcd(directory)) {
      assertThat(bench.subject.health().healthy()).isFalse();
      bench.start();

      HealthSample health = bench.subject.health();
      assertThat(health.nodes().values()).allMatch(node -> node.status() == Status.SERVING);
      assertThat(health.nodes().get(bench.subject.leader().orElseThrow()).role())
          .isEqualTo("leader");

      Queue<CanaryOperation> seen = new ConcurrentLinkedQueue<>();
      try (Canary canary = bench.subject.openCanary(seen::add)) {
        canary.start();
        EtcdBench.await("a second of the canary", () -> seen.size() >= 40);
        canary.stop(EtcdBench.soon());
        LedgerCheck check = canary.verify(EtcdBench.soon());

        assertThat(seen).allMatch(operation -> operation.result() == Result.OK);
        assertThat(check.acknowledged())
            .isEqualTo((int) seen.stream().filter(it -> it.kind() == Kind.WRITE).count());
        assertThat(check.lost()).isZero();
        assertThat(check.perNode())
            .containsOnlyKeys("etcd1", "etcd2", "etcd3")
            .allSatisfy((node, lacking) -> assertThat(lacking).isZero());
      }

      JsonNode state = bench.subject.captureState();
      assertThat(state.properties()).hasSize(3);
      for (JsonNode node : state) {
        assertThat(node.path("alive").asBoolean()).isTrue();
        assertThat(node.path("pid").asLong()).isPositive();
        assertThat(node.path("version").asText()).matches("3\\..+");
        assertThat(node.path("raftIndex").asLong()).isPositive();
        assertThat(node.path("configSha256").asText()).hasSize(64);
      }
      JsonNode topology = bench.subject.topology();
      assertThat(topology.path("engine").asText()).isNotEmpty();
      assertThat(topology.at("/nodes/0/imageId").asText()).startsWith("sha256:");
      assertThat(topology.at("/nodes/0/image").asText()).isEqualTo(EtcdBench.IMAGE);
    }
  }

  @Test
  void twoLiveSideBySideAndAMemberDiesAndComesBack() {
    try (EtcdBench one = EtcdBench.etcd(directory);
        EtcdBench two = EtcdBench.etcd(directory)) {
      one.start();
      two.start();
      String victim = one.subject.leader().orElseThrow();
      String container = one.subject.containers().get(victim);

      one.subject.engine().client().killContainerCmd(container).exec();
      EtcdBench.await(
          "the death to be seen",
          () -> one.subject.health().nodes().get(victim).status() == Status.DOWN);
      assertThat(one.subject.health().healthy()).isFalse();
      assertThat(one.subject.health().reason()).contains(victim + " is down");
      EtcdBench.await("another leader", () -> one.subject.leader().isPresent());
      assertThat(one.subject.leader()).isNotEqualTo(Optional.of(victim));
      assertThat(one.subject.captureState().path(victim).path("alive").asBoolean()).isFalse();
      two.subject.waitHealthy(EtcdBench.soon());

      one.subject.engine().client().startContainerCmd(container).exec();
      one.subject.waitHealthy(EtcdBench.soon());

      one.subject.engine().client().pauseContainerCmd(container).exec();
      EtcdBench.await(
          "the pause to be seen",
          () -> one.subject.health().nodes().get(victim).status() == Status.UNRESPONSIVE);
    }
  }

  @Test
  void acknowledgedWritesThatAreGoneAreFound() {
    Queue<CanaryOperation> seen = new ConcurrentLinkedQueue<>();
    try (EtcdBench bench = EtcdBench.etcd(directory).start();
        Canary canary = bench.subject.openCanary(seen::add)) {
      canary.start();
      EtcdBench.await("some writes", () -> seen.size() >= 10);
      canary.stop(EtcdBench.soon());
      Answer answer =
          new ContainerExec(bench.subject.engine(), bench.subject.containers())
              .run("etcd1", List.of("etcdctl", "del", "--prefix", "evalctl-canary/"), LIMIT);
      assertThat(answer.summary()).isEqualTo("exit code 0");

      LedgerCheck check = canary.verify(EtcdBench.soon());

      assertThat(check.acknowledged()).isPositive();
      assertThat(check.lost()).isEqualTo(check.acknowledged());
      assertThat(check.lostKeys()).isNotEmpty();
    }
  }

  @Test
  void resetRemovesDataAndWhateverWasThere() {
    try (EtcdBench bench = EtcdBench.etcd(directory).start()) {
      ContainerExec exec = new ContainerExec(bench.subject.engine(), bench.subject.containers());
      exec.run("etcd1", List.of("etcdctl", "put", "mark", "old"), LIMIT);
      String before = bench.subject.captureState().path("etcd1").path("container").asText();

      bench.start();

      Answer.Given answer =
          (Answer.Given) exec.run("etcd2", List.of("etcdctl", "get", "mark"), LIMIT);
      assertThat(answer.ok()).isTrue();
      assertThat(answer.body()).isEmpty();
      assertThat(bench.subject.captureState().path("etcd1").path("container").asText())
          .isNotEqualTo(before);
      assertThat(bench.remains()).hasSize(3 + 1 + 3);
    }
  }
}
