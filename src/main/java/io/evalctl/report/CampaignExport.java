package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import java.util.ArrayList;
import java.util.List;

/** A campaign's trials as CSV. */
public final class CampaignExport {
  private CampaignExport() {}

  public static String csv(CampaignReport report) {
    List<ObjectNode> rows = new ArrayList<>();
    for (CampaignReport.Entry entry : report.entries()) {
      for (var trial : entry.trials()) {
        ObjectNode row = Json.object();
        row.put("campaignId", entry.summary().campaign().id());
        row.put("chaosType", entry.summary().campaign().chaosType());
        row.put("subject", entry.summary().campaign().subjectName());
        row.put("agent", entry.summary().campaign().agent());
        row.setAll(CampaignJson.trial(trial));
        rows.add(row);
      }
    }
    return Csv.of(rows);
  }
}
