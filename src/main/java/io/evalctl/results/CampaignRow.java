package io.evalctl.results;

import io.evalctl.process.ProcessOwner;
import java.time.Instant;

/**
 * A row of {@code campaigns}: one chaos type of one run.
 *
 * @param id 0 before it is stored
 * @param trialCount trials planned, over all arms
 * @param baseline whether baseline is the only arm
 * @param runId shared by the campaigns of one invocation
 * @param status running, complete or interrupted
 */
public record CampaignRow(
    long id,
    String subjectName,
    String chaosType,
    int trialCount,
    boolean baseline,
    Instant createdAt,
    String name,
    String runId,
    long seed,
    String agent,
    String variantName,
    RunStatus status,
    Instant endedAt,
    String configJson,
    String topologyJson,
    String environmentJson,
    ProcessOwner owner) {
  /** Its name wherever it is shown. */
  public RunReference reference() {
    return RunReference.campaign(id);
  }
}
