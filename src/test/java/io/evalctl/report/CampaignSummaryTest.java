package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.RunStatus;
import io.evalctl.results.TrialRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CampaignSummaryTest {
  static final CampaignRow CAMPAIGN =
      new CampaignRow(
          7,
          "zookeeper",
          "node-kill",
          8,
          false,
          Instant.parse("2026-11-20T20:12:00Z"),
          "nightly",
          "run",
          4211,
          "runbook",
          null,
          RunStatus.COMPLETE,
          Instant.parse("2026-11-20T20:13:00Z"),
          "{\"seed\":4211,\"steps\":[{\"seed\":7}]}",
          "{}",
          "{}",
          new ProcessOwner(new ProcessIdentity(1, 1), "host/boot"));

  private static final List<TrialRow> TRIALS =
      List.of(
          TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L),
          TrialRows.of(Arm.AGENT, 2, Outcome.HEALED, 600L, 1400L),
          TrialRows.of(Arm.AGENT, 3, Outcome.UNDETECTED, null, null),
          TrialRows.of(Arm.AGENT, 4, Outcome.NO_IMPACT, 100L, null),
          TrialRows.of(Arm.AGENT, 5, Outcome.INVALID, null, null),
          TrialRows.of(Arm.BASELINE, 1, Outcome.UNHEALED, null, null),
          TrialRows.of(Arm.BASELINE, 2, Outcome.SELF_HEALED, null, 800L));

  private final CampaignSummary summary = CampaignSummary.of(CAMPAIGN, TRIALS);

  @Test
  void theRateLeavesOutInvalidAndNoImpact() {
    assertThat(summary.arm(Arm.AGENT).orElseThrow().success()).isEqualTo(new Rate(2, 3));
    assertThat(summary.arm(Arm.BASELINE).orElseThrow().success()).isEqualTo(new Rate(1, 2));
    assertThat(summary.valid()).isEqualTo(6);
  }

  @Test
  void theHeadlineIsTheDifference() {
    assertThat(summary.difference().orElseThrow())
        .isCloseTo(2.0 / 3 - 0.5, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void mediansAreOverTrialsThatGotThereAndTheOthersAreCounted() {
    ArmSummary agent = summary.arm(Arm.AGENT).orElseThrow();
    assertThat(agent.detect()).isEqualTo(new TimeSummary(500.0, 2, 1));
    assertThat(agent.recover()).isEqualTo(new TimeSummary(1300.0, 2, 1));
    assertThat(summary.arm(Arm.BASELINE).orElseThrow().detect())
        .isEqualTo(new TimeSummary(null, 0, 0));
  }

  @Test
  void lostWritesAddUpOverValidTrials() {
    assertThat(summary.arm(Arm.AGENT).orElseThrow().lost().writes()).isEqualTo(4);
  }

  /** Read back from all nodes, from one of three, and from none, as an older evalctl wrote it. */
  @Test
  void whatCouldNotBeReadBackIsNotKnown() {
    TrialRow all = withCanary("{'lostWrites':2,'missingPerNode':{'a':2,'b':0,'c':0}}");
    TrialRow one = withCanary("{'lostWrites':0,'missingPerNode':{'a':0,'b':null,'c':null}}");
    TrialRow wanted =
        withCanary("{'lostWrites':0,'nodes':1,'missingPerNode':{'a':0,'b':null,'c':null}}");
    TrialRow none =
        withCanary(
            "{'acknowledgedWrites':9,'lostWrites':0,'missingPerNode':{'a':null,'b':null,'c':null}}");

    assertThat(LostWrites.of(all).text()).isEqualTo("2");
    assertThat(LostWrites.of(one).text()).isEqualTo("0 (1/3 nodes)");
    assertThat(LostWrites.of(wanted).text()).as("one node has the writes").isEqualTo("0");
    assertThat(LostWrites.of(none).text()).isEqualTo("– (0/3 nodes)");
    assertThat(LostWrites.of(List.of(all, one, none))).isEqualTo(new LostWrites(2, 1, 4, 9));
    assertThat(LostWrites.of(List.of()).text()).isEqualTo("–");

    CampaignReport report = ReportFixtures.report(CAMPAIGN, List.of(none));
    assertThat(report.json().at("/campaigns/0/trials/0/lostWrites").isNull()).isTrue();
    assertThat(report.json().at("/campaigns/0/arms/0/lostWrites").isNull()).isTrue();
    assertThat(report.json().at("/campaigns/0/arms/0/lostWritesUnknownTrials").asInt()).isOne();
    assertThat(CampaignExport.csv(report)).endsWith(",,0,3\n");
  }

  private static TrialRow withCanary(String canary) {
    return TrialRows.of(
        Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L, 42, canary.replace('\'', '"'), "[]");
  }

  @Test
  void pairsThatHitDifferentRolesAreCounted() {
    List<TrialRow> trials =
        List.of(
            TrialRows.of(
                Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L, 42, "{}", "[\"pair-role-differs\"]"),
            TrialRows.of(
                Arm.BASELINE, 1, Outcome.UNHEALED, null, null, 42, "{}", "[\"pair-role-differs\"]"),
            TrialRows.of(Arm.AGENT, 2, Outcome.HEALED, 400L, 1200L));
    CampaignReport report = ReportFixtures.report(CAMPAIGN, trials);

    assertThat(report.summaries().get(0).pairsInDifferentRoles()).isOne();
    assertThat(report.json().at("/campaigns/0/pairsInDifferentRoles").asInt()).isOne();
    assertThat(report.json().at("/campaigns/0/arms/0/flags/pair-role-differs").asInt()).isOne();
  }
}
