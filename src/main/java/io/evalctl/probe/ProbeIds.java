package io.evalctl.probe;

/**
 * Whose an answer is.
 *
 * @param runId as the input gives it, or null
 * @param scenarioId as the input gives it, or null
 */
record ProbeIds(String runId, String scenarioId) {
  /** Of an input that cannot be read. */
  static final ProbeIds NONE = new ProbeIds(null, null);
}
