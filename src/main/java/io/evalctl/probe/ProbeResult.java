package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What came of a probe.
 *
 * @param outcome how it ended
 * @param runId of the input, or null when it has none
 * @param scenarioId of the input, or null when it has none
 * @param json the probe's output object, free of secrets
 */
public record ProbeResult(Outcome outcome, String runId, String scenarioId, ObjectNode json) {

  /** How a probe ended. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    /** The thread was interrupted; the probe is neither answered nor failed. */
    INTERRUPTED
  }
}
