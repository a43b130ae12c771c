package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.process.Signal;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Kind;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.LedgerCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZookeeperCanaryIT {
  @TempDir static Path scratch;
  private static TestEnsemble ensemble;

  private final List<CanaryOperation> heard = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void open() {
    ensemble = TestEnsemble.open(scratch);
    ensemble.boot();
  }

  @AfterAll
  static void close() {
    ensemble.close();
  }

  @BeforeEach
  void healthy() {
    new NodeCommand(ensemble.subject.home()).start(ensemble.subject.nodes());
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  private List<CanaryOperation> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  private long count(Kind kind, Result result) {
    return heard().stream().filter(it -> it.kind() == kind && it.result() == result).count();
  }

  private void awaitCount(Kind kind, Result result, int more) {
    long wanted = count(kind, result) + more;
    TestEnsemble.await(
        "%d more %s %s".formatted(more, kind, result), () -> count(kind, result) >= wanted);
  }

  private void assertEverySlotWasHeardOnce() {
    for (Kind kind : Kind.values()) {
      List<Long> slots =
          heard().stream().filter(it -> it.kind() == kind).map(CanaryOperation::slot).toList();
      Set<Long> different = new TreeSet<>(slots);
      assertThat(different).hasSize(slots.size());
      assertThat(different).first().isEqualTo(0L);
      assertThat(different).last().isEqualTo(slots.size() - 1L);
    }
  }

  @Test
  void writesReadsAndFindsEverythingAgain() {
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 10);
      awaitCount(Kind.READ, Result.OK, 10);
      canary.stop(TestEnsemble.patience());
      int count = heard().size();
      LedgerCheck check = canary.verify(TestEnsemble.patience());

      assertEverySlotWasHeardOnce();
      assertThat(check)
          .isEqualTo(
              new LedgerCheck(
                  (int) count(Kind.WRITE, Result.OK),
                  0,
                  List.of(),
                  Map.of("zk1", 0, "zk2", 0, "zk3", 0)));
      assertThat(heard()).hasSize(count).allMatch(it -> it.doneNanos() >= it.dueNanos());
    }
  }

  @Test
  void findsAWriteThatIsGone() throws Exception {
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 5);
      canary.stop(TestEnsemble.patience());
      try (NodeClient vandal =
          new NodeClient(ensemble.subject.topology().at("/nodes/0/clientPort").asInt())) {
        assertThat(vandal.awaitConnected(TestEnsemble.patience())).isTrue();
        ZooKeeper zooKeeper = vandal.zooKeeper();
        zooKeeper.delete(CanaryKeys.path(2), -1);
        zooKeeper.setData(CanaryKeys.path(3), new byte[] {1}, -1);
      }

      LedgerCheck check = canary.verify(TestEnsemble.patience());

      assertThat(check.lost()).isEqualTo(2);
      assertThat(check.lostKeys()).containsExactly(CanaryKeys.path(2), CanaryKeys.path(3));
      assertThat(check.perNode()).isEqualTo(Map.of("zk1", 2, "zk2", 2, "zk3", 2));
    }
  }

  @Test
  void comesThroughTheLossOfALeader() {
    String leader = ensemble.leader();
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 5);
      ensemble.process(leader).signal(Signal.KILL);
      // Not for a write that fails: all of them may have failed before this thread runs again.
      ensemble.awaitHealth(
          "another leader",
          it ->
              it.nodes().entrySet().stream()
                  .anyMatch(
                      node ->
                          !node.getKey().equals(leader)
                              && node.getValue().role().equals("leader")));
      awaitCount(Kind.WRITE, Result.OK, 5);
      canary.stop(TestEnsemble.patience());
      LedgerCheck check = canary.verify(TestEnsemble.patience());

      assertEverySlotWasHeardOnce();
      assertThat(check.lost()).isZero();
      assertThat(check.acknowledged()).isGreaterThanOrEqualTo((int) count(Kind.WRITE, Result.OK));
      assertThat(check.perNode()).containsEntry(leader, -1);
      assertThat(check.perNode().values()).containsOnly(-1, 0);
    }
  }

  @Test
  void usesANodeAgainThatHasComeBack() {
    String follower = ensemble.followers().get(0);
    int port =
        ensemble
            .subject
            .topology()
            .at("/nodes/" + (NodeHome.id(follower) - 1) + "/clientPort")
            .asInt();
    try (CanarySession session = new CanarySession(follower, port, TestEnsemble.TIME)) {
      session.start();
      TestEnsemble.await("a connection", () -> session.connected().isPresent());
      ensemble.process(follower).signal(Signal.KILL);
      TestEnsemble.await("its loss", () -> session.connected().isEmpty());
      new NodeCommand(ensemble.subject.home()).start(follower);
      TestEnsemble.await("a new connection", () -> session.connected().isPresent());
    }
  }

  @Test
  void failsAtOnceWhenNothingIsConnected() {
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 3);
      ensemble.subject.nodes().forEach(node -> ensemble.process(node).signal(Signal.KILL));
      ensemble.awaitHealth("all down", it -> it.reason().contains("no leader"));
      awaitCount(Kind.WRITE, Result.FAIL, 3);
      canary.stop(TestEnsemble.patience());

      assertThat(heard().get(heard().size() - 1).error()).isEqualTo("no node to connect to");
      assertEverySlotWasHeardOnce();
    }
  }

  @Test
  void leavesOpenWhatBecameOfWritesToAPausedEnsemble() {
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 3);
      ensemble.subject.nodes().forEach(node -> ensemble.process(node).signal(Signal.STOP));
      try {
        awaitCount(Kind.WRITE, Result.UNKNOWN, 3);
        awaitCount(Kind.READ, Result.FAIL, 3);
      } finally {
        ensemble.subject.nodes().forEach(node -> ensemble.process(node).signal(Signal.CONT));
      }
      ensemble.awaitHealth("health", HealthSample::healthy);
      awaitCount(Kind.WRITE, Result.OK, 3);
      canary.stop(TestEnsemble.patience());

      LedgerCheck check = canary.verify(TestEnsemble.patience());
      assertThat(check.lost()).isZero();
      assertEverySlotWasHeardOnce();
    }
  }

  @Test
  void leavesNoThread() {
    try (Canary canary = ensemble.subject.openCanary(heard::add)) {
      canary.start();
      awaitCount(Kind.WRITE, Result.OK, 2);
      assertThat(canaryThreads()).isNotEmpty();
    }
    TestEnsemble.await("the end of the canary's threads", () -> canaryThreads().isEmpty());
  }

  private static Set<String> canaryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name ->
                name.startsWith("evalctl-canary")
                    || name.contains("SendThread")
                    || name.contains("EventThread"))
        .collect(Collectors.toSet());
  }
}
