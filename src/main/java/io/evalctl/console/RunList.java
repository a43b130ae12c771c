package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleTable;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunReference;
import io.evalctl.results.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Every run of a results store, a line each: campaigns and evals together, newest first. */
final class RunList {
  private record Entry(RunReference run, Instant createdAt, ObjectNode json, List<String> cells) {}

  private final List<Entry> entries = new ArrayList<>();

  RunList(ResultsStore store) {
    Map<Long, Integer> valid = store.trials().validCounts();
    store.campaigns().list().forEach(row -> add(row, valid.getOrDefault(row.id(), 0)));
    Map<Long, EvalSampleTable.Count> counts = store.evalSamples().counts();
    store
        .evalRuns()
        .list()
        .forEach(row -> add(row, counts.getOrDefault(row.id(), EvalSampleTable.Count.NONE)));
    // Both lists are newest first already, and those of one moment stay as they are.
    entries.sort(Comparator.comparing(Entry::createdAt).reversed());
  }

  /** All of them in {@code runs}, and those of each kind in a list of their own as well. */
  void write(ObjectNode document) {
    ArrayNode runs = document.putArray("runs");
    ArrayNode evals = document.putArray("evalRuns");
    ArrayNode campaigns = document.putArray("campaigns");
    for (Entry entry : entries) {
      runs.add(entry.json());
      (entry.run().eval() ? evals : campaigns).add(entry.json());
    }
  }

  Table table() {
    Table table =
        new Table()
            .column("run", Table.Align.LEFT)
            .column("created (UTC)", Table.Align.LEFT)
            .column("subject, dataset", Table.Align.LEFT)
            .column("chaos, task", Table.Align.LEFT)
            .column("agent, model", Table.Align.LEFT)
            .column("done", Table.Align.RIGHT)
            .column("passed", Table.Align.RIGHT)
            .column("status", Table.Align.LEFT)
            .column("name", Table.Align.LEFT);
    entries.forEach(entry -> table.row(entry.cells()));
    return table;
  }

  private void add(CampaignRow row, int valid) {
    entries.add(
        new Entry(
            row.reference(),
            row.createdAt(),
            Json.object()
                .put("run", row.reference().toString())
                .put("id", row.id())
                .put("name", row.name())
                .put("subject", row.subjectName())
                .put("chaosType", row.chaosType())
                .put("agent", row.agent())
                .put("trialsPlanned", row.trialCount())
                .put("trialsValid", valid)
                .put("status", row.status().label())
                .put("createdAt", Timestamps.format(row.createdAt())),
            List.of(
                row.reference().toString(),
                second(row.createdAt()),
                row.subjectName(),
                row.chaosType(),
                row.agent() == null ? "" : row.agent(),
                valid + "/" + row.trialCount(),
                "",
                row.status().label(),
                row.name() == null ? "" : row.name())));
  }

  private void add(EvalRunRow row, EvalSampleTable.Count count) {
    String suffix = "_" + row.model();
    entries.add(
        new Entry(
            row.reference(),
            row.createdAt(),
            Json.object()
                .put("run", row.reference().toString())
                .put("id", row.id())
                .put("name", row.name())
                .put("dataset", row.dataset())
                .put("model", row.model())
                .put("task", row.task())
                .put("samplesPlanned", row.sampleCount())
                .put("samplesRun", count.samples())
                .put("passed", count.passed())
                .put("status", row.status().label())
                .put("createdAt", Timestamps.format(row.createdAt())),
            List.of(
                row.reference().toString(),
                second(row.createdAt()),
                row.name().endsWith(suffix)
                    ? row.name().substring(0, row.name().length() - suffix.length())
                    : row.dataset(),
                row.task(),
                row.model(),
                count.samples() + "/" + row.sampleCount(),
                Integer.toString(count.passed()),
                row.status().label(),
                row.name())));
  }

  /** To the second, as people write it. */
  private static String second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[TZ]", " ").strip();
  }
}
