package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions that need five nodes to show what they are. */
class FiveNodesIT {
  private static FaultedEnsemble ensemble;

  @BeforeAll
  static void boot(@TempDir Path scratch) {
    ensemble = FaultedEnsemble.of(scratch, 5);
  }

  @AfterEach
  void isWholeAgain() {
    ensemble.checkWhole();
  }

  @AfterAll
  static void end() {
    ensemble.close();
  }

  private static FaultPlan partition(String kind, String target) {
    return ensemble.plan(ChaosType.NETWORK_PARTITION, target, Map.of("kind", kind), 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ring", "bridge"})
  void isMadeWitnessedAndUndone(String kind) {
    FaultPlan plan = ensemble.strike(partition(kind, "leader"));
    ensemble.undo(plan);
  }

  @Test
  void smallerHalfLosesItsLeader() {
    FaultPlan plan = ensemble.strike(partition("halves", "leader"));
    assertThat(plan.targets()).hasSize(2);
    ensemble.awaitOtherLeader(plan.targets().get(0));
    FaultedEnsemble.await(
        "the smaller half to stop serving",
        () -> plan.targets().stream().noneMatch(ensemble::serves));
    ensemble.undo(plan);
  }
}
