package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.Link;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.zookeeper.link.Crossing;
import io.evalctl.subject.zookeeper.link.LinkConditions;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import io.evalctl.subject.zookeeper.link.LinkProbes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static FaultedEnsemble ensemble;

  @BeforeAll
  static void boot(@TempDir Path scratch) {
    ensemble = FaultedEnsemble.of(scratch, 3);
  }

  @AfterEach
  void isWholeAgain() {
    ensemble.checkWhole();
  }

  @AfterAll
  static void end() {
    ensemble.close();
  }

  @ParameterizedTest
  @CsvSource({
    "NETWORK_PARTITION,   kind=isolate",
    "NETWORK_PARTITION,   kind=halves",
    "NETWORK_PARTITION,   kind=bridge",
    "LATENCY,             min_ms=20 max_ms=60",
    "LATENCY,             min_ms=5 max_ms=5",
    "ASYMMETRIC_PARTITION,''",
    "BANDWIDTH,           kbps=16",
    "BANDWIDTH,           kbps=100000",
    "CONNECTION_RESET,    ''",
  })
  void isMadeWitnessedAndUndone(ChaosType type, String parameters) {
    Map<String, String> values = new HashMap<>();
    for (String value : parameters.isEmpty() ? new String[0] : parameters.split(" ")) {
      values.put(value.split("=")[0], value.split("=")[1]);
    }
    FaultPlan plan = ensemble.plan(type, "any", values, 3);
    // On a busy machine a link may be slow by itself for a moment.
    FaultedEnsemble.await("links without the fault", () -> ensemble.gone(plan));
    ensemble.strike(plan);
    assertThat(ensemble.gone(plan)).isFalse();
    ensemble.undo(plan);
    FaultedEnsemble.await("links without the fault", () -> !ensemble.visible(plan));
    ensemble.undo(plan);
  }

  @ParameterizedTest
  @CsvSource({"NETWORK_PARTITION", "ASYMMETRIC_PARTITION"})
  void leaderCutOffIsReplacedByTheOthers(ChaosType type) {
    FaultPlan plan = ensemble.strike(ensemble.plan(type, "leader"));
    String leader = plan.targets().get(0);
    assertThat(plan.role()).isEqualTo("leader");
    ensemble.awaitOtherLeader(leader);
    FaultedEnsemble.await(leader + " to step down", () -> !ensemble.serves(leader));
    // A look that a busy machine holds up says nothing.
    FaultedEnsemble.await("the fault to be seen", () -> ensemble.visible(plan));
    ensemble.undo(plan);
  }

  @Test
  void partitionLeavesTheLinksOfClientsOpen() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.NETWORK_PARTITION, "zk1"));
    assertThat(cross(clientLinks("zk1")).values()).allMatch(Crossing::arrived);
    ensemble.undo(plan);
  }

  @Test
  void silenceOfEveryLinkIsNotTakenForAPartition() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.NETWORK_PARTITION, "zk1"));
    List<Link> others = clientLinks("zk2");
    ensemble.links.apply(Map.of(others.get(0), LinkConditions.OPEN.withCut()));
    assertThat(ensemble.visible(plan)).isFalse();
    ensemble.links.apply(Map.of(others.get(0), LinkConditions.OPEN));
    assertThat(ensemble.visible(plan)).isTrue();
    ensemble.undo(plan);
  }

  @Test
  void undoOpensWhatTheFaultHasClosedAndNothingElse() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.NETWORK_PARTITION, "zk1"));
    Link other = clientLinks("zk2").get(0);
    LinkConditions own = LinkConditions.OPEN.withDelay(Duration.ofMillis(1), Duration.ofMillis(1));
    ensemble.links.apply(Map.of(other, own));
    ensemble.undo(plan);
    assertThat(ensemble.links.conditions(other)).isEqualTo(own);
    ensemble.links.restore();
  }

  @Test
  void delayHoldsForTheTargetAndItsClientsAlone() {
    FaultPlan plan =
        ensemble.strike(
            ensemble.plan(ChaosType.LATENCY, "zk3", Map.of("min_ms", "400", "max_ms", "450"), 1));
    assertThat(cross(clientLinks("zk3")).values())
        .allMatch(crossing -> crossing.time().toMillis() >= 400);
    List<Link> others = new ArrayList<>(clientLinks("zk1"));
    others.add(new Link("zk1", "zk2"));
    assertThat(cross(others).values()).noneMatch(crossing -> crossing.time().toMillis() >= 400);
    ensemble.undo(plan);
  }

  @Test
  void ringOfThreeIsRefusedAndNothingIsChanged() {
    assertThatThrownBy(
            () -> ensemble.plan(ChaosType.NETWORK_PARTITION, "any", Map.of("kind", "ring"), 1))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_PARAMETER));
    assertThat(cross(List.of(new Link("zk1", "zk2"), new Link("zk3", "zk1"))).values())
        .allMatch(Crossing::arrived);
  }

  private static Map<Link, Crossing> cross(List<Link> links) {
    return ensemble.links.probes().cross(links, LinkProbes.SHORT, PATIENCE);
  }

  private static List<Link> clientLinks(String node) {
    Link in = new Link(LinkFabric.CLIENT, node);
    return List.of(in, in.reverse());
  }
}
