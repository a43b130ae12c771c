package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.ErrorBudget;
import io.evalctl.results.RunReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdsTest {
  private final CampaignReport report =
      ReportFixtures.report(
          CampaignSummaryTest.CAMPAIGN,
          List.of(
              TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L),
              TrialRows.of(Arm.AGENT, 2, Outcome.HEALED, 400L, 1400L),
              TrialRows.of(Arm.AGENT, 3, Outcome.UNRESOLVED, 400L, null),
              TrialRows.of(Arm.BASELINE, 1, Outcome.UNHEALED, null, null)));

  @Test
  void theAgentsRateDecides() {
    assertThat(Thresholds.failures(new Thresholds(0.6, null).of(report))).isEmpty();
    assertThat(Thresholds.failures(new Thresholds(0.7, null).of(report)))
        .containsExactly("node-kill: success rate 66.7% (agent arm) is below 70.0%");
  }

  @Test
  void theMedianTimeToRecoverDecides() {
    assertThat(Thresholds.failures(new Thresholds(null, Duration.ofMillis(1300)).of(report)))
        .isEmpty();
    assertThat(Thresholds.failures(new Thresholds(null, Duration.ofMillis(1299)).of(report)))
        .containsExactly("node-kill: median time to recover 1.30s is above 1.30s");
  }

  @Test
  void aMedianBeyondEveryTimeMeasuredDoesNotPass() {
    CampaignReport mostly =
        ReportFixtures.report(
            CampaignSummaryTest.CAMPAIGN,
            List.of(
                TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L),
                TrialRows.of(Arm.AGENT, 2, Outcome.UNRESOLVED, 400L, null)));
    assertThat(Thresholds.failures(new Thresholds(null, Duration.ofSeconds(60)).of(mostly)))
        .hasSize(1);
  }

  @Test
  void nothingThatCountsDoesNotPass() {
    CampaignReport none =
        ReportFixtures.report(
            CampaignSummaryTest.CAMPAIGN,
            List.of(TrialRows.of(Arm.AGENT, 1, Outcome.NO_IMPACT, null, null)));
    assertThat(Thresholds.failures(new Thresholds(0.0, null).of(none))).hasSize(1);
  }

  @Test
  void eachThresholdIsToldWithItsLimitAndItsValue() {
    RunReference run = RunReference.campaign(7);
    assertThat(new Thresholds(0.7, Duration.ofMillis(1300)).of(report))
        .extracting(
            Threshold::name, Threshold::run, Threshold::limit, Threshold::value, Threshold::met)
        .containsExactly(
            tuple("fail-under", run, 0.7, 2.0 / 3, false),
            tuple("max-ttr", run, 1300.0, 1300.0, true));
    assertThat(new Thresholds(null, null).of(report)).isEmpty();
  }

  @Test
  void anEvalsThresholdsAreToldTheSameWay() {
    EvalReport eval = EvalSummaryTest.threeOfFour();
    RunReference run = RunReference.eval(7);
    assertThat(new Thresholds(0.5, null).of(eval, ErrorBudget.parse("1")))
        .extracting(
            Threshold::name, Threshold::run, Threshold::limit, Threshold::value, Threshold::met)
        .containsExactly(
            tuple("fail-under", run, 0.5, 0.75, true), tuple("fail-on-error", run, 1.0, 1.0, true));
    assertThat(new Thresholds(null, null).of(eval, ErrorBudget.parse("10%")))
        .extracting(Threshold::limit, Threshold::value, Threshold::met)
        .containsExactly(tuple(0.1, 0.25, false));
    assertThat(new Thresholds(null, null).of(eval, ErrorBudget.UNLIMITED)).isEmpty();
  }

  @Test
  void oneRuleForTheExitCode() {
    List<Threshold> missed = new Thresholds(0.7, null).of(report);
    List<Threshold> met = new Thresholds(0.6, null).of(report);
    assertThat(ExitRule.of(missed, true)).isEqualTo(3);
    assertThat(ExitRule.of(met, false)).as("a threshold decides alone").isZero();
    assertThat(ExitRule.of(List.of(), false)).isEqualTo(3);
    assertThat(ExitRule.of(List.of(), true)).isZero();

    EvalReport eval = EvalSummaryTest.threeOfFour();
    List<Threshold> borne = new Thresholds(null, null).of(eval, ErrorBudget.parse("1"));
    assertThat(ExitRule.of(borne, false)).as("few errors, but not all passed").isEqualTo(3);
    assertThat(ExitRule.of(borne, true)).isZero();
    assertThat(ExitRule.of(new Thresholds(0.5, null).of(eval, ErrorBudget.parse("0")), true))
        .as("enough passed, but too many erred")
        .isEqualTo(3);
  }

  @Test
  void readsRates() {
    assertThat(Thresholds.rate("0.9")).isEqualTo(0.9);
    assertThat(Thresholds.rate("90%")).isEqualTo(0.9);
    assertThat(Thresholds.rate("99.9%")).as("not 0.9990000000000001").isEqualTo(999.0 / 1000);
  }

  @Test
  void aRateThatIsTheThresholdMeetsIt() {
    assertThat(Thresholds.met(4.0 / 5, Thresholds.rate("80%"))).isTrue();
    assertThat(Thresholds.met(0.1 + 0.7, 0.8)).as("0.7999999999999999").isTrue();
    assertThat(Thresholds.met(799_999.0 / 1_000_000, 0.8)).isFalse();
  }

  @Test
  void tellsTwoRatesApart() {
    assertThat(Thresholds.below(0.2, "passed", 0.8)).isEqualTo("20.0% passed, below 80.0%");
    assertThat(Thresholds.below(0.79996, "passed", 0.8)).isEqualTo("79.996% passed, below 80.000%");
  }

  @ParameterizedTest
  @ValueSource(strings = {"90", "-0.1", "x", "101%", "NaN"})
  void refusesWhatIsNoRate(String text) {
    assertThatThrownBy(() -> Thresholds.rate(text)).isInstanceOf(EvalctlException.class);
  }
}
