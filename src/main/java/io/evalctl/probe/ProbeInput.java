package io.evalctl.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import java.util.ArrayList;
import java.util.List;

/**
 * A valid probe: one conversation to hold with one model.
 *
 * @param modelVersion the version that is expected to answer, or null
 * @param preamble what comes before the first prompt, possibly empty
 * @param followups the prompts after the first
 * @param maxTurns most turns, or null for all
 * @param price what the input says the model costs, or null
 * @param definition the scenario as it came
 * @param warnings what was odd about the input, but no error
 */
public record ProbeInput(
    String runId,
    String scenarioId,
    ModelId model,
    String modelVersion,
    String preamble,
    String prompt,
    List<Followup> followups,
    Integer maxTurns,
    ChatOptions options,
    ModelPrice price,
    JsonNode definition,
    List<String> warnings) {
  static final String FIRST_LABEL = "scenario_prompt";

  /** A prompt after the first; without a label of its own it is {@code followup_N}. */
  public record Followup(String label, String prompt) {}

  public ProbeInput {
    followups = List.copyOf(followups);
    warnings = List.copyOf(warnings);
  }

  /** The prompts in order, as the model sees them, as many as may be asked. */
  List<Followup> turns() {
    List<Followup> turns = new ArrayList<>();
    turns.add(new Followup(FIRST_LABEL, preamble.isBlank() ? prompt : preamble + "\n\n" + prompt));
    turns.addAll(followups);
    return maxTurns == null || maxTurns >= turns.size() ? turns : turns.subList(0, maxTurns);
  }
}
