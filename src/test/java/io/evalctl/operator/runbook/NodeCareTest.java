package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.operator.runbook.NodeCare.Remedy;
import io.evalctl.operator.runbook.NodeLook.State;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeCareTest {
  private static final int RUNNING = 0;
  private static final int PAUSED = 1;
  private static final int STOPPED = 3;

  private final NodeCare care = new NodeCare();

  @Test
  void aNodeThatAnswersIsLeftAlone() {
    assertThat(care.needsInspection(State.SERVING, at(0))).isFalse();
    assertThat(care.needsInspection(State.NOT_SERVING, at(0))).isFalse();
    assertThat(care.needsInspection(State.DOWN, at(0))).isTrue();
    assertThat(care.needsInspection(State.SILENT, at(0))).isTrue();
  }

  @Test
  void aStoppedOneIsStartedAndAPausedOneRestarted() {
    care.needsInspection(State.DOWN, at(0));

    assertThat(care.remedy(STOPPED, at(0))).isEqualTo(Remedy.START);
    assertThat(care.remedy(PAUSED, at(0))).isEqualTo(Remedy.RESTART);
  }

  @Test
  void afterEachActionItIsGivenTwiceTheTime() {
    for (int second : new int[] {0, 1, 3, 7, 15, 31, 47}) {
      assertThat(care.needsInspection(State.DOWN, at(second) - 1)).isEqualTo(second == 0);
      assertThat(care.needsInspection(State.DOWN, at(second))).isTrue();
      care.remedy(STOPPED, at(second));
    }
  }

  @Test
  void oneThatRunsIsRestartedOnlyWhenItWasSilentForLong() {
    for (int second = 0; second < 15; second++) {
      assertThat(care.needsInspection(State.SILENT, at(second))).isTrue();
      assertThat(care.remedy(RUNNING, at(second))).isEqualTo(Remedy.NOTHING);
    }
    assertThat(care.needsInspection(State.SILENT, at(15))).isTrue();
    assertThat(care.remedy(RUNNING, at(15))).isEqualTo(Remedy.RESTART);
    assertThat(care.remedy(RUNNING, at(17))).isEqualTo(Remedy.NOTHING);
  }

  @Test
  void oneWhoseProgramFailsIsInspectedButNeverTakenForHung() {
    for (int second = 0; second < 60; second++) {
      assertThat(care.needsInspection(State.FAILING, at(second))).isTrue();
      assertThat(care.remedy(RUNNING, at(second))).isEqualTo(Remedy.NOTHING);
    }
    assertThat(care.needsInspection(State.FAILING, at(61))).isTrue();
    assertThat(care.remedy(STOPPED, at(61))).isEqualTo(Remedy.START);
  }

  @Test
  void anAnswerInBetweenEndsTheSilence() {
    care.needsInspection(State.SILENT, at(0));
    care.needsInspection(State.SERVING, at(10));
    care.needsInspection(State.SILENT, at(11));

    assertThat(care.remedy(RUNNING, at(16))).isEqualTo(Remedy.NOTHING);
  }

  private static long at(int second) {
    return TimeUnit.SECONDS.toNanos(second);
  }
}
