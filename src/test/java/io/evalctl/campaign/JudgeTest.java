package io.evalctl.campaign;

import static io.evalctl.campaign.Recording.ms;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every line of the table of outcomes, and who healed. The fault is seen at 1000 ms. */
class JudgeTest {
  private static final Duration SETTLE = Duration.ofMillis(1000);

  private final Recording recording = new Recording();
  private Arm arm = Arm.AGENT;
  private boolean lifted;
  private boolean endedEarly;
  private Long detected;
  private Long resolved;
  private boolean logs = true;
  private List<Long> commands = List.of();

  @Test
  void aTicketInTheControlArmIsAFalseAlarm() {
    arm = Arm.CONTROL;
    recording.healthy(0, 5000);
    assertThat(decide().outcome()).isEqualTo(Outcome.QUIET);
    detected = ms(2000);
    assertThat(decide().outcome()).isEqualTo(Outcome.FALSE_ALARM);
  }

  @Test
  void aFaultThatImpairsNothingHasNoImpact() {
    recording.healthy(0, 5000);
    detected = ms(2000);
    resolved = ms(2500);
    assertThat(decide().outcome()).isEqualTo(Outcome.NO_IMPACT);
  }

  @Test
  void anEnvironmentalFaultThatEvalctlEndedIsLifted() {
    brokenUntil(3000);
    lifted = true;
    detected = ms(1500);
    assertThat(decide().outcome()).isEqualTo(Outcome.LIFTED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.EVALCTL);
  }

  @Test
  void oneThatHadEndedBeforeWasNotHealedByEvalctl() {
    brokenUntil(3000);
    lifted = true;
    endedEarly = true;
    assertThat(decide().outcome()).isEqualTo(Outcome.LIFTED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.SELF);
    commands = List.of(ms(2000));
    assertThat(decide().healedBy()).isEqualTo(HealedBy.AGENT);
    arm = Arm.BASELINE;
    assertThat(decide().healedBy()).isEqualTo(HealedBy.SELF);
  }

  @Test
  void aClaimThatIsNotSoIsAFalseResolve() {
    brokenUntil(9000);
    detected = ms(1500);
    resolved = ms(2000);
    assertThat(decide().outcome()).isEqualTo(Outcome.FALSE_RESOLVE);
    assertThat(decide().claimTrue()).isFalse();
  }

  @Test
  void aClaimMayComeAMomentBeforeItsEffectShows() {
    brokenUntil(3000);
    commands = List.of(ms(2000));
    detected = ms(1500);
    resolved = ms(2900);
    assertThat(decide().outcome()).isEqualTo(Outcome.HEALED);
    resolved = ms(2700);
    assertThat(decide().outcome()).isEqualTo(Outcome.FALSE_RESOLVE);
  }

  @Test
  void healedWhenResolvedInTimeAndTruly() {
    brokenUntil(3000);
    commands = List.of(ms(2000));
    detected = ms(1500);
    resolved = ms(3500);
    Verdict verdict = decide();
    assertThat(verdict.outcome()).isEqualTo(Outcome.HEALED);
    assertThat(verdict.healedBy()).isEqualTo(HealedBy.AGENT);
    assertThat(verdict.recoveredAt()).isEqualTo(ms(3000));
    assertThat(verdict.claimTrue()).isTrue();
  }

  @Test
  void anOperatorThatLogsNothingMayHaveHealedOrNot() {
    brokenUntil(3000);
    logs = false;
    detected = ms(1500);
    resolved = ms(3500);
    assertThat(decide().outcome()).isEqualTo(Outcome.HEALED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.UNKNOWN);
  }

  @Test
  void selfHealedWhenItRecoveredBeforeAnyCommand() {
    brokenUntil(3000);
    commands = List.of(ms(3200));
    detected = ms(1500);
    resolved = ms(3500);
    assertThat(decide().outcome()).isEqualTo(Outcome.SELF_HEALED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.SELF);
  }

  @Test
  void aCommandBeforeTheOnsetHealedNothing() {
    brokenUntil(3000);
    commands = List.of(ms(500));
    detected = ms(1500);
    resolved = ms(3500);
    assertThat(decide().outcome()).isEqualTo(Outcome.SELF_HEALED);
  }

  @Test
  void unclosedWhenRecoveredButNeverResolved() {
    brokenUntil(3000);
    commands = List.of(ms(2000));
    detected = ms(1500);
    assertThat(decide().outcome()).isEqualTo(Outcome.UNCLOSED);
    detected = null;
    assertThat(decide().outcome()).isEqualTo(Outcome.UNCLOSED);
  }

  @Test
  void unresolvedWithATicketUndetectedWithout() {
    brokenUntil(9000);
    detected = ms(1500);
    assertThat(decide().outcome()).isEqualTo(Outcome.UNRESOLVED);
    detected = null;
    assertThat(decide().outcome()).isEqualTo(Outcome.UNDETECTED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.NONE);
  }

  @Test
  void theBaselineArmHealsItselfOrNot() {
    arm = Arm.BASELINE;
    logs = false;
    brokenUntil(3000);
    assertThat(decide().outcome()).isEqualTo(Outcome.SELF_HEALED);
    assertThat(decide().healedBy()).isEqualTo(HealedBy.SELF);
  }

  @Test
  void theBaselineArmCanStayBroken() {
    arm = Arm.BASELINE;
    brokenUntil(9000);
    assertThat(decide().outcome()).isEqualTo(Outcome.UNHEALED);
  }

  private void brokenUntil(long end) {
    recording.healthy(0, 900).unhealthy(1000, end - 100).healthy(end, Math.min(end + 3000, 8900));
  }

  private Verdict decide() {
    return Judge.decide(
        new TrialEvidence(
            arm,
            ms(1000),
            lifted,
            endedEarly,
            detected,
            resolved,
            logs,
            commands,
            SETTLE,
            recording.history()));
  }
}
