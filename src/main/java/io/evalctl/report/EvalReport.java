package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import java.nio.file.Path;
import java.util.List;

/** Eval runs with their samples, as they are stored, and their numbers. Immutable. */
public record EvalReport(Path store, List<Entry> entries) {
  /** One run with its samples. */
  public record Entry(EvalSummary summary, List<EvalSampleRow> samples) {
    public Entry {
      samples = List.copyOf(samples);
    }
  }

  public EvalReport {
    entries = List.copyOf(entries);
  }

  public static EvalReport of(ResultsStore store, List<EvalRunRow> runs) {
    return new EvalReport(
        store.file(),
        runs.stream()
            .map(
                run -> {
                  List<EvalSampleRow> samples = store.evalSamples().ofRun(run.id());
                  return new Entry(EvalSummary.of(run, samples), samples);
                })
            .toList());
  }

  public List<EvalSummary> summaries() {
    return entries.stream().map(Entry::summary).toList();
  }

  /** The same with the samples of this case alone; the numbers stay those of the whole runs. */
  public EvalReport withCase(String name) {
    return new EvalReport(
        store,
        entries.stream()
            .map(
                entry ->
                    new Entry(
                        entry.summary(),
                        entry.samples().stream()
                            .filter(sample -> sample.caseName().equals(name))
                            .toList()))
            .toList());
  }

  /** The one JSON object of {@code --json}, for a run with what was asked of it. */
  public ObjectNode json(List<Threshold> thresholds) {
    ObjectNode document = json();
    Threshold.write(thresholds, document.putArray("thresholds"));
    return document;
  }

  /** The one JSON object of {@code --json}. */
  public ObjectNode json() {
    ObjectNode document = Json.object().put("schemaVersion", 1);
    document.put("resultsStore", store.toString());
    ArrayNode runs = document.putArray("evalRuns");
    for (Entry entry : entries) {
      ObjectNode run = EvalJson.run(entry.summary());
      ArrayNode samples = run.putArray("samples");
      entry.samples().forEach(sample -> samples.add(EvalJson.sample(sample)));
      runs.add(run);
    }
    return document;
  }
}
