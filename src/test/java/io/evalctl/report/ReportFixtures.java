package io.evalctl.report;

import io.evalctl.results.CampaignRow;
import io.evalctl.results.TrialRow;
import java.nio.file.Path;
import java.util.List;

/** Reports made by hand. */
final class ReportFixtures {
  private ReportFixtures() {}

  static CampaignReport report(CampaignRow campaign, List<TrialRow> trials) {
    return CampaignReport.of(
        Path.of("eval.db"),
        List.of(new CampaignReport.Entry(CampaignSummary.of(campaign, trials), trials)));
  }
}
