package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessFaultsIT {
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

  private static ProcessIdentity process(String node) {
    return ensemble.home(node).process().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE_KILL", "LEADER_KILL", "NODE_STOP", "PROCESS_PAUSE"})
  void isMadeWitnessedAndUndone(ChaosType type) {
    FaultPlan plan = ensemble.plan(type, "any");
    String node = plan.targets().get(0);
    assertThat(plan.role()).isIn("leader", "follower");
    ensemble.strike(plan);
    ensemble.awaitHealth(node + " to be missed", sample -> !sample.healthy());
    assertThat(ensemble.gone(plan)).isFalse();
    ensemble.undo(plan);
    ensemble.awaitHealthy();
    ProcessIdentity after = process(node);
    ensemble.undo(plan);
    assertThat(process(node)).isEqualTo(after);
  }

  @Test
  void leaderIsKilledAndAnotherElected() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.LEADER_KILL, "leader"));
    assertThat(plan.role()).isEqualTo("leader");
    ensemble.awaitOtherLeader(plan.targets().get(0));
    ensemble.undo(plan);
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE_KILL", "NODE_STOP"})
  void nodeThatWasStartedMeanwhileIsLeftAlone(ChaosType type) {
    FaultPlan plan = ensemble.strike(ensemble.plan(type, "zk2"));
    ensemble.command.start("zk2");
    ProcessIdentity started = process("zk2");
    assertThat(ensemble.gone(plan)).isTrue();
    ensemble.undo(plan);
    assertThat(process("zk2")).isEqualTo(started);
  }

  @Test
  void nodeThatServesWithoutAPidFileIsLeftAlone() throws IOException {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.NODE_KILL, "zk2"));
    ensemble.command.start("zk2");
    ProcessIdentity started = process("zk2");
    Path pidFile = ensemble.home("zk2").pidFile();
    String pid = Files.readString(pidFile);
    Files.delete(pidFile);
    FaultedEnsemble.await("zk2 to serve", () -> ensemble.serves("zk2"));
    assertThat(ensemble.gone(plan)).isTrue();
    ensemble.undo(plan);
    assertThat(started.alive()).isTrue();
    assertThat(pidFile).doesNotExist();
    Files.writeString(pidFile, pid);
  }

  @Test
  void pausedProcessThatWasReplacedIsLeftAlone() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.PROCESS_PAUSE, "zk3"));
    ensemble.command.restart("zk3");
    ProcessIdentity started = process("zk3");
    assertThat(ensemble.gone(plan)).isTrue();
    assertThat(started.signal(Signal.STOP)).isTrue();
    FaultedEnsemble.await("a pause that is not the fault's", started::stopped);
    ensemble.undo(plan);
    assertThat(started.stopped()).isTrue();
    started.signal(Signal.CONT);
  }

  @Test
  void pausedProcessThatWasContinuedIsLeftAlone() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.PROCESS_PAUSE, "follower"));
    String node = plan.targets().get(0);
    ProcessIdentity process = process(node);
    process.signal(Signal.CONT);
    FaultedEnsemble.await("an operator's mend", () -> ensemble.gone(plan));
    ensemble.undo(plan);
    assertThat(process(node)).isEqualTo(process);
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE_KILL", "NODE_STOP", "PROCESS_PAUSE", "CONFIG_CORRUPTION"})
  void whatWasPlannedButNotMadeNeedsNoUndo(ChaosType type) {
    FaultPlan plan = ensemble.plan(type, "zk1");
    ProcessIdentity process = process("zk1");
    assertThat(ensemble.gone(plan)).isTrue();
    ensemble.undo(plan);
    assertThat(process(plan.targets().get(0))).isEqualTo(process);
  }

  @Test
  void sameSeedGivesTheSamePlan() {
    for (ChaosType type : ensemble.subject.faults().types()) {
      if (type != ChaosType.DATA_CORRUPTION) { // nothing is written yet
        assertThat(ensemble.plan(type, "any", Map.of(), 5))
            .as(type.label())
            .isEqualTo(ensemble.plan(type, "any", Map.of(), 5));
      }
    }
  }

  @Test
  void nodeThatDoesNotRunCannotBeHit() {
    FaultPlan plan = ensemble.strike(ensemble.plan(ChaosType.NODE_KILL, "zk1"));
    assertRefused(() -> ensemble.plan(ChaosType.NODE_STOP, "zk1"));
    assertRefused(() -> ensemble.subject.faults().inject(plan));
    ensemble.undo(plan);
  }

  private static void assertRefused(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FAULT_NOT_INJECTED);
              assertThat(e).hasMessageContaining("zk1");
            });
  }

  @Test
  void noFaultLeavesEverythingAsItIs() {
    FaultPlan plan = ensemble.plan(ChaosType.NONE, "any");
    assertThat(plan.targets()).isEmpty();
    String before = ensemble.subject.captureState().path("zk1").path("pid").asText();
    ensemble.subject.faults().inject(plan);
    assertThat(ensemble.visible(plan)).isTrue();
    ensemble.subject.faults().undo(plan.type(), plan.metadata());
    assertThat(ensemble.gone(plan)).isTrue();
    assertThat(ensemble.subject.captureState().path("zk1").path("pid").asText()).isEqualTo(before);
  }
}
