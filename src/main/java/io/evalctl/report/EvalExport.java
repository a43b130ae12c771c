package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import java.util.ArrayList;
import java.util.List;

/** An eval run's samples as CSV. */
public final class EvalExport {
  private EvalExport() {}

  public static String csv(EvalReport report) {
    List<ObjectNode> rows = new ArrayList<>();
    for (EvalReport.Entry entry : report.entries()) {
      EvalRunRow run = entry.summary().run();
      for (EvalSampleRow sample : entry.samples()) {
        ObjectNode row = Json.object();
        row.put("runId", run.id());
        row.put("name", run.name());
        row.put("model", run.model());
        row.setAll(EvalJson.sample(sample));
        rows.add(row);
      }
    }
    return Csv.of(rows);
  }
}
