package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.results.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Each expected sum was worked out by hand. */
class DurationEstimateTest {
  @Test
  void fromAnAnswerAtOnceToTheDeadlineOfEach() {
    // Start 2s, warm-up 1s, settle 2s, 1s for the rest: 6s for each of the ten trials.
    DurationEstimate estimate = DurationEstimate.of(plan("node-kill", "agent", 10));
    assertThat(estimate.least()).isEqualTo(Duration.ofSeconds(60));
    assertThat(estimate.most()).isEqualTo(Duration.ofSeconds(360));
  }

  @Test
  void aFaultThatNobodyCanMendAndAControlLastAsLongAsTheyAreToldTo() {
    // A latency of 10s at least, to the deadline of 30s; the control arm 10s; 6s for each.
    DurationEstimate estimate = DurationEstimate.of(plan("latency", "agent,control", 1));
    assertThat(estimate.least()).isEqualTo(Duration.ofSeconds(10 + 10 + 12));
    assertThat(estimate.most()).isEqualTo(Duration.ofSeconds(30 + 10 + 12));
  }

  @Test
  void whatIsThereAlreadyTakesNoTime() {
    CampaignPlan plan = plan("node-kill", "agent", 10);
    assertThat(DurationEstimate.of(plan, plan.chaos().get(0), 9).most())
        .isEqualTo(Duration.ofSeconds(36));
    assertThat(DurationEstimate.of(plan, plan.chaos().get(0), 10).most()).isZero();
  }

  @Test
  void everyArmSaysWhatItWaitsFor() {
    assertThat(Phase.RESPONSE.activity(Arm.AGENT, true)).contains("agent");
    assertThat(Phase.RESPONSE.activity(Arm.BASELINE, true)).contains("heal by itself");
    assertThat(Phase.RESPONSE.activity(Arm.BASELINE, false)).contains("the fault's end");
    assertThat(Phase.RESPONSE.activity(Arm.CONTROL, true)).contains("false alarms");
    for (Phase phase : Phase.values()) {
      if (phase != Phase.OPERATOR_START && phase != Phase.EVEN_WAIT) {
        assertThat(phase.activity(Arm.BASELINE, true)).doesNotContain("agent");
      }
    }
  }

  private static CampaignPlan plan(String chaos, String arms, int trials) {
    return CampaignFile.plan(
        Json.object()
            .put("chaos", chaos)
            .put("arms", arms)
            .put("trials", trials)
            .put("agent-warmup", "1s")
            .put("settle", "2s")
            .put("timeout", "30s")
            .put("fault-duration", "10s"));
  }
}
