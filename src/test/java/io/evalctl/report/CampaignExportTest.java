package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class CampaignExportTest {
  private final CampaignReport report =
      ReportFixtures.report(
          CampaignSummaryTest.CAMPAIGN,
          List.of(TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L)));

  @Test
  void csvHasALineForEachTrialAndQuotesWhatHoldsCommas() {
    List<String> lines = CampaignExport.csv(report).lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("campaignId,chaosType,subject,agent,id,ordinal");
    assertThat(lines.get(1)).startsWith("7,node-kill,zookeeper,runbook,1,1");
    assertThat(lines.get(1)).contains("\"{\"\"lostWrites\"\":1}\"");
  }

  @Test
  void jsonHoldsEveryNumberOfTheSummary() {
    var campaign = report.json().path("campaigns").path(0);
    var arm = campaign.path("arms").path(0);

    assertThat(report.json().path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(arm.path("success").path("rate").asDouble()).isEqualTo(1.0);
    assertThat(arm.path("timeToDetect").path("medianMs").asDouble()).isEqualTo(400.0);
    assertThat(arm.path("lostWrites").asInt()).isEqualTo(1);
    assertThat(campaign.path("trials").path(0).path("onsetAt").asText())
        .isEqualTo("2026-11-20T20:12:05.123456+00:00");
  }

  /** Programs that read numbers as doubles round seeds above 2^53. */
  @Test
  void aSeedIsThereAsTextToo() {
    long seed = -4_611_686_018_427_387_905L;
    var report =
        ReportFixtures.report(
            CampaignSummaryTest.CAMPAIGN,
            List.of(TrialRows.of(Arm.AGENT, 1, Outcome.HEALED, 400L, 1200L, seed, "{}", "[]")));
    var campaign = report.json().path("campaigns").path(0);

    assertThat(campaign.path("seedText").asText()).isEqualTo("4211");
    assertThat(campaign.at("/config/seedText").asText()).isEqualTo("4211");
    assertThat(campaign.at("/config/steps/0/seedText").asText()).isEqualTo("7");
    assertThat(campaign.at("/trials/0/seed").asLong()).isEqualTo(seed);
    assertThat(campaign.at("/trials/0/seedText").asText()).isEqualTo("-4611686018427387905");
  }
}
