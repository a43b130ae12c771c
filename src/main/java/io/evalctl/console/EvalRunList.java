package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleTable;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** The eval runs of a results store, a line each. */
final class EvalRunList {
  private final List<EvalRunRow> runs;
  private final Map<Long, EvalSampleTable.Count> counts;

  EvalRunList(ResultsStore store) {
    this.runs = store.evalRuns().list();
    this.counts = store.evalSamples().counts();
  }

  boolean empty() {
    return runs.isEmpty();
  }

  ArrayNode json() {
    ArrayNode list = Json.array();
    for (EvalRunRow run : runs) {
      EvalSampleTable.Count count = count(run);
      list.addObject()
          .put("id", run.id())
          .put("name", run.name())
          .put("dataset", run.dataset())
          .put("model", run.model())
          .put("task", run.task())
          .put("samplesPlanned", run.sampleCount())
          .put("samplesRun", count.samples())
          .put("passed", count.passed())
          .put("status", run.status().label())
          .put("createdAt", Timestamps.format(run.createdAt()));
    }
    return list;
  }

  Table table() {
    Table table =
        new Table()
            .column("eval", Table.Align.RIGHT)
            .column("created (UTC)", Table.Align.LEFT)
            .column("task", Table.Align.LEFT)
            .column("samples", Table.Align.RIGHT)
            .column("passed", Table.Align.RIGHT)
            .column("status", Table.Align.LEFT)
            .column("name", Table.Align.LEFT);
    for (EvalRunRow run : runs) {
      EvalSampleTable.Count count = count(run);
      table.row(
          List.of(
              "eval:" + run.id(),
              second(run.createdAt()),
              run.task(),
              count.samples() + "/" + run.sampleCount(),
              Integer.toString(count.passed()),
              run.status().label(),
              run.name()));
    }
    return table;
  }

  /** To the second, as people write it. */
  static String second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[TZ]", " ").strip();
  }

  private EvalSampleTable.Count count(EvalRunRow run) {
    return counts.getOrDefault(run.id(), EvalSampleTable.Count.NONE);
  }
}
