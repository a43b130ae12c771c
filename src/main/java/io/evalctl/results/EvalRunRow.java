package io.evalctl.results;

import io.evalctl.process.ProcessOwner;
import java.time.Instant;

/**
 * A row of {@code eval_runs}: one dataset run against one model.
 *
 * @param id 0 before it is stored
 * @param name the experiment: dataset and model
 * @param groupId what the runs of one invocation share, one for each model
 * @param dataset the file, as it was named
 * @param datasetSha256 over the dataset and every file that it names
 * @param model as it was named, or {@code none}
 * @param sampleCount samples planned: cases times epochs
 * @param seed given to models that take one, or null
 * @param configJson the plan, to resume and to reduce by
 */
public record EvalRunRow(
    long id,
    String name,
    String groupId,
    String dataset,
    String datasetSha256,
    String model,
    String task,
    int epochs,
    int sampleCount,
    Long seed,
    RunStatus status,
    Instant createdAt,
    Instant endedAt,
    String configJson,
    String environmentJson,
    ProcessOwner owner) {
  /** Its name wherever it is shown. */
  public RunReference reference() {
    return RunReference.eval(id);
  }
}
