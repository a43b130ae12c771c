package io.evalctl.campaign;

import static io.evalctl.campaign.Recording.ms;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The onset is at 1 s, an unbroken healthy run takes 1 s. */
class ResponseProgressTest {
  private final Recording recording = new Recording().healthy(0, 900);
  private Arm arm = Arm.AGENT;
  private boolean environmental = true;
  private boolean lifted = true;
  private boolean ticketed = true;
  private OptionalLong resolved = OptionalLong.of(ms(3000));

  /** The operator says "resolved" at 3 s, the lift comes at 5 s, the recovery at 8 s. */
  @Test
  void theRecoveryAfterALiftIsAwaitedWhateverTheTicketSays() {
    recording.unhealthy(1000, 4900);
    lifted = false;
    assertThat(progress().over()).as("before the lift").isFalse();

    lifted = true;
    recording.unhealthy(5000, 7900);
    assertThat(progress().over()).as("lifted, but still impaired").isFalse();
    recording.healthy(8000, 8900);
    assertThat(progress().over()).as("healthy, but not for long enough").isFalse();
    recording.healthy(9000, 9000);
    assertThat(progress().over()).as("recovered").isTrue();
  }

  /** The timeout ended the wait; the time to settle alone does not end the recording. */
  @Test
  void theSettleTimeLastsUntilTheRecoveryAfterALift() {
    recording.unhealthy(1000, 6900);
    long until = progress().settlesAt(ms(5000)).orElseThrow();
    assertThat(until).isEqualTo(ms(6200));
    assertThat(progress().settled(until)).as("samples enough, but no recovery").isFalse();
    recording.healthy(7000, 8000);
    assertThat(progress().settled(until)).isTrue();
  }

  @Test
  void aLiftedFaultThatNeverBitIsNotWaitedFor() {
    recording.healthy(1000, 5000);
    assertThat(progress().over()).isTrue();
    assertThat(progress().settled(ms(4900))).isTrue();
  }

  @Test
  void withoutATicketTheRecoveryEndsALiftedOrABaselineTrial() {
    ticketed = false;
    resolved = OptionalLong.empty();
    recording.unhealthy(1000, 4900);
    assertThat(progress().over()).isFalse();
    recording.healthy(5000, 6000);
    assertThat(progress().over()).isTrue();
    assertThat(progress().settlesAt(ms(6000))).as("it is settled").isEmpty();

    environmental = false;
    assertThat(progress().over()).as("a ticket can still come").isFalse();
    arm = Arm.BASELINE;
    assertThat(progress().over()).isTrue();
  }

  /**
   * A node hangs from the onset on, which the canary meets at once and its health a while later.
   */
  @Test
  void aNodeThatOwesAnAnswerIsNotTakenForRecovered() {
    ticketed = false;
    resolved = OptionalLong.empty();
    environmental = false;
    arm = Arm.BASELINE;
    recording.failedWrite(7, 1010);
    for (long at = 1000; at <= 2100; at += 100) {
      recording.sample(at, 900, true);
    }
    assertThat(progress().over()).isFalse();
    assertThat(progress().settled(ms(2000))).isFalse();
    recording.sample(2200, 900, false);
    assertThat(progress().settled(ms(2199))).isTrue();
    recording.unhealthy(2300, 2900);
    assertThat(progress().over()).isFalse();
    recording.healthy(3000, 4000);
    assertThat(progress().over()).isTrue();
  }

  @Test
  void aTicketThatIsTrulyResolvedEndsTheWait() {
    environmental = false;
    recording.unhealthy(1000, 1900).healthy(2000, 3900);
    assertThat(progress().over()).as("not known yet").isFalse();
    recording.healthy(4000, 4000);
    assertThat(progress().over()).isTrue();
    assertThat(progress().settlesAt(ms(4000))).as("nothing more can come").isEmpty();
    resolved = OptionalLong.empty();
    assertThat(progress().over()).isFalse();
  }

  /** "Resolved" at 3 s, and healthy from 5 s on. */
  @Test
  void afterAFalseClaimTheRecoveryIsAwaited() {
    environmental = false;
    recording.unhealthy(1000, 4900);
    assertThat(progress().over()).isFalse();
    recording.healthy(5000, 5900);
    assertThat(progress().over()).as("not for long enough").isFalse();
    recording.healthy(6000, 6000);
    assertThat(progress().over()).isTrue();
    assertThat(progress().settlesAt(ms(6000))).isEmpty();
  }

  @Test
  void aRunThatBeganWithTheClaimIsRecordedToItsEnd() {
    environmental = false;
    recording.unhealthy(1000, 1900).healthy(2000, 3100);
    assertThat(progress().settlesAt(ms(3050))).hasValue(ms(4250));
    assertThat(progress().settlesAt(ms(2950))).as("claimed for later").hasValue(ms(4200));
    assertThat(progress().settled(ms(3100))).isFalse();
    assertThat(progress().settled(ms(3099))).isTrue();
  }

  @Test
  void theControlArmsWindowIsFixed() {
    arm = Arm.CONTROL;
    environmental = false;
    recording.healthy(1000, 5000);
    assertThat(progress().over()).isFalse();
    assertThat(progress().settlesAt(ms(5000))).isEmpty();
  }

  private ResponseProgress progress() {
    return new ResponseProgress(
        arm,
        environmental,
        lifted,
        ticketed,
        resolved,
        ms(1000),
        Duration.ofSeconds(1),
        recording.history());
  }
}
