package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthHistoryTest {
  private static final Duration SETTLE = Duration.ofMillis(500);

  private final Recording recording = new Recording();
  private final HealthHistory history = recording.history();

  @Test
  void recoversAtTheFirstHealthySampleOfTheFirstLongEnoughRun() {
    recording.healthy(0, 900).unhealthy(1000, 1400).healthy(1500, 1700).unhealthy(1800, 1800);
    recording.healthy(1900, 3000);

    assertThat(history.recoveredAt(Recording.ms(950), SETTLE)).hasValue(Recording.ms(1900));
  }

  @Test
  void isNotRecoveredBeforeTheFaultBit() {
    // The fault is in at 1000, but takes until 2000 to show: the healthy time before is no
    // recovery.
    recording.healthy(0, 1900).unhealthy(2000, 2400).healthy(2500, 3500);

    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).hasValue(Recording.ms(2500));
  }

  @Test
  void aRunThatTheRecordingDoesNotCoverIsNoRecovery() {
    recording.healthy(0, 900).unhealthy(1000, 1400).healthy(1500, 1900);

    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).isEmpty();
  }

  @Test
  void aFailingCanaryOperationBreaksARun() {
    recording.healthy(0, 900).unhealthy(1000, 1000).healthy(1100, 2500);
    recording.failedWrite(7, 1350);

    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).hasValue(Recording.ms(1400));
  }

  /**
   * A node hangs from 1000 to 2700. Before its first answer is overdue, at 2000, only the canary
   * has met it: what the samples tell until then they know from before.
   */
  @Test
  void aNodeThatOwesAnAnswerHasNotRecovered() {
    recording.healthy(0, 1000).failedWrite(7, 1010);
    for (long at = 1100; at < 2000; at += 100) {
      recording.sample(at, 1000, true);
      assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).isEmpty();
      assertThat(history.healthyThroughout(Recording.ms(1100), Recording.ms(1300))).isNull();
    }
    recording.unhealthy(2000, 2600).healthy(2700, 3100).sample(3200, 3100, true);
    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).isEmpty();
    recording.sample(3300, 3200, true);
    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).hasValue(Recording.ms(2700));
    recording.unhealthy(3400, 5000);
    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE))
        .as("for good")
        .hasValue(Recording.ms(2700));
    assertThat(history.healthyThroughout(Recording.ms(2700), Recording.ms(3200))).isTrue();
    assertThat(history.healthyThroughout(Recording.ms(2700), Recording.ms(3201))).isFalse();
  }

  /** Whoever waits hears of a lost operation only when its time is up. */
  @Test
  void aRunIsCompleteWhenTheCanarysResultsAreIn() {
    HealthHistory running = new HealthHistory();
    Recording recording = new Recording(running).healthy(0, 900).unhealthy(1000, 1000);
    recording.healthy(1100, 2500).okWrite(0, 900).okRead(0, 900).okWrite(1, 1600).okRead(1, 1600);
    assertThat(running.recoveredAt(Recording.ms(1000), SETTLE)).hasValue(Recording.ms(1100));

    running = new HealthHistory();
    recording = new Recording(running).healthy(0, 900).unhealthy(1000, 1000);
    recording.healthy(1100, 2500).okWrite(0, 900).okRead(0, 900).okRead(1, 1250).okRead(2, 1600);
    recording.okWrite(2, 1600);
    assertThat(running.recoveredAt(Recording.ms(1000), SETTLE)).as("a write is owed").isEmpty();
    recording.failedWrite(1, 1250);
    assertThat(running.recoveredAt(Recording.ms(1000), SETTLE)).as("to 1800").isEmpty();
    recording.okWrite(3, 1950).okRead(3, 1950);
    assertThat(running.recoveredAt(Recording.ms(1000), SETTLE)).hasValue(Recording.ms(1300));
  }

  @Test
  void nothingImpairedIsNoRecovery() {
    recording.healthy(0, 3000);

    assertThat(history.impairedSince(Recording.ms(1000))).isFalse();
    assertThat(history.recoveredAt(Recording.ms(1000), SETTLE)).isEmpty();
  }

  @Test
  void whatWasImpairedBeforeTheOnsetDoesNotCount() {
    recording.unhealthy(0, 500).healthy(600, 3000);

    assertThat(history.impairedSince(Recording.ms(600))).isFalse();
    assertThat(history.impairedSince(Recording.ms(500))).isTrue();
  }

  @Test
  void aPeriodWithAFailedReadAndAFailedWriteIsUnavailableOnce() {
    recording.okWrite(1, 1000).failedWrite(2, 1050).failedRead(2, 1050).failedRead(3, 1100);
    recording.failedWrite(0, 950);

    assertThat(history.unavailable(Recording.ms(1000))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void howLongAPeriodIsTheCanaryItselfTells() {
    recording.okWrite(4, 1000).okRead(4, 1000).failedRead(5, 1500).failedRead(6, 2000);

    assertThat(history.unavailable(Recording.ms(1000))).isEqualTo(Duration.ofSeconds(1));
    assertThat(history.unavailable(Recording.ms(2001))).isEqualTo(Duration.ZERO);
  }

  @Test
  void healthyThroughoutNeedsSamplesToTheEnd() {
    recording.healthy(0, 1000);

    assertThat(history.healthyThroughout(Recording.ms(200), Recording.ms(1000))).isTrue();
    assertThat(history.healthyThroughout(Recording.ms(200), Recording.ms(1001))).isNull();
    recording.unhealthy(1100, 1100);
    assertThat(history.healthyThroughout(Recording.ms(200), Recording.ms(1001))).isFalse();
  }

  /** Just before a fault the subject must be healthy, and clients served, for half a second. */
  @Test
  void aSubjectIsSteadyWhenAllOfTheLastWhileWasHealthy() {
    Duration length = Duration.ofMillis(500);
    recording.healthy(0, 1000);
    assertThat(history.steady(Recording.ms(1050), length)).as("no canary").isFalse();
    recording.okRead(1, 1000).okWrite(1, 1000);
    assertThat(history.steady(Recording.ms(1050), length)).isTrue();
    assertThat(history.steady(Recording.ms(1600), length)).as("nobody looks").isFalse();
    recording.unhealthy(1100, 1200).healthy(1300, 1700);
    assertThat(history.steady(Recording.ms(1700), length)).isFalse();
    assertThat(history.complaint()).isEqualTo("healthy only at the end");
    recording.healthy(1800, 1800);
    assertThat(history.steady(Recording.ms(1800), length)).isTrue();
    assertThat(history.sickBetween(0, Recording.ms(1100))).isFalse();
    assertThat(history.sickBetween(0, Recording.ms(1101))).isTrue();
    recording.failedWrite(2, 1800);
    assertThat(history.complaint()).isEqualTo("the canary cannot read and write");
    recording.unhealthy(1900, 1900);
    assertThat(history.complaint()).isEqualTo("zk1 is down");
  }

  @Test
  void theCanaryWorksWhenItsLastReadAndItsLastWriteDid() {
    assertThat(history.canaryWorks()).isFalse();
    recording.okWrite(1, 100);
    assertThat(history.canaryWorks()).isFalse();
    recording.okRead(1, 110);
    assertThat(history.canaryWorks()).isTrue();
    recording.failedRead(2, 160);
    assertThat(history.canaryWorks()).isFalse();
  }

  @Test
  void findsTheLongestGapBetweenSamples() {
    recording.healthy(0, 300).healthy(900, 1200);

    assertThat(history.longestGap(Recording.ms(0))).isEqualTo(Duration.ofMillis(600));
    assertThat(history.longestGap(Recording.ms(1000))).isEqualTo(Duration.ofMillis(100));
    history.end(Recording.ms(2900));
    assertThat(history.longestGap(Recording.ms(1000)))
        .as("nobody looked before the end")
        .isEqualTo(Duration.ofMillis(1700));
  }

  @Test
  void tellsWhenNoNodeAtAllAnswered() {
    NodeHealth silent = new NodeHealth(NodeHealth.Status.UNRESPONSIVE, "", "no look for 4.2s");
    NodeHealth serving = new NodeHealth(NodeHealth.Status.SERVING, "", "");
    history.add(new HealthSample(1, 1, false, "", Map.of("a", silent, "b", silent)));
    history.add(new HealthSample(2, 2, false, "", Map.of("a", silent, "b", serving)));

    assertThat(history.allSilentSince(1)).isTrue();
    assertThat(history.allSilentSince(2)).isFalse();
  }

  /** An undo makes the subject healthy; that is not a recovery. */
  @Test
  void whatComesAfterTheEndDoesNotCount() {
    Recording recording = new Recording().unhealthy(1000, 1900);
    recording.history().end(Recording.ms(0));
    recording.healthy(2000, 5000).failedWrite(1, 2500);
    assertThat(recording.history().recoveredAt(Recording.ms(1000), Duration.ofSeconds(1)))
        .isEmpty();
    assertThat(recording.history().samples()).hasSize(10);
    assertThat(recording.history().operations()).isEmpty();
  }
}
