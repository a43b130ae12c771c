package io.evalctl.probe;

import io.evalctl.llm.LlmError;

/** What became of a probe's input. */
sealed interface ParsedInput {
  /** It can be run. */
  record Valid(ProbeInput input) implements ParsedInput {}

  /**
   * It cannot.
   *
   * @param runId as given, or null
   * @param scenarioId as given, or null
   */
  record Invalid(String runId, String scenarioId, LlmError error) implements ParsedInput {}
}
