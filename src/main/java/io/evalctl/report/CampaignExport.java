package io.evalctl.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.evalctl.results.Json;
import java.util.ArrayList;
import java.util.List;

/** A campaign's trials as CSV (RFC 4180): a line each, nested values as JSON text. */
public final class CampaignExport {
  private CampaignExport() {}

  public static String csv(CampaignReport report) {
    List<ObjectNode> rows = new ArrayList<>();
    CsvSchema.Builder columns = CsvSchema.builder();
    for (CampaignReport.Entry entry : report.entries()) {
      for (var trial : entry.trials()) {
        ObjectNode row = Json.object();
        row.put("campaignId", entry.summary().campaign().id());
        row.put("chaosType", entry.summary().campaign().chaosType());
        row.put("subject", entry.summary().campaign().subjectName());
        row.put("agent", entry.summary().campaign().agent());
        CampaignJson.trial(trial)
            .properties()
            .forEach(field -> put(row, field.getKey(), field.getValue()));
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      return "";
    }
    rows.get(0).fieldNames().forEachRemaining(columns::addColumn);
    try {
      return new CsvMapper().writer(columns.build().withHeader()).writeValueAsString(rows);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(ObjectNode row, String name, JsonNode value) {
    if (value.isContainerNode()) {
      row.put(name, value.toString());
    } else {
      row.set(name, value);
    }
  }
}
