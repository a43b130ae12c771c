package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The agent's and the baseline's trial of one seed, both valid. */
record TrialPair(TrialRow agent, TrialRow baseline) {

  /** The pair of a trial and its counterpart among those that ran before it, if there is one. */
  static Optional<TrialPair> of(TrialRow trial, List<TrialRow> earlier) {
    Arm arm = Arm.parse(trial.arm());
    if (arm == Arm.CONTROL || !valid(trial)) {
      return Optional.empty();
    }
    Arm other = arm == Arm.AGENT ? Arm.BASELINE : Arm.AGENT;
    return earlier.stream()
        .filter(row -> row.ordinal() == trial.ordinal() && row.arm().equals(other.label()))
        .filter(TrialPair::valid)
        .findFirst()
        .map(row -> arm == Arm.AGENT ? new TrialPair(trial, row) : new TrialPair(row, trial));
  }

  private static boolean valid(TrialRow row) {
    return !Outcome.INVALID.label().equals(row.outcome());
  }

  /**
   * The two compared: harm that the baseline shows as well is taken off the agent, and both are
   * flagged when they hit different roles.
   */
  TrialPair compared() {
    String harm = Collateral.beyond(Collateral.of(agent), agent, baseline).toString();
    return new TrialPair(
        agent.withFindings(harm, flags(agent)),
        baseline.withFindings(baseline.collateralJson(), flags(baseline)));
  }

  private String flags(TrialRow row) {
    ArrayNode flags = (ArrayNode) Json.parse(row.flagsJson());
    String differs = TrialFlag.PAIR_ROLE_DIFFERS.label();
    boolean there = false;
    for (JsonNode flag : flags) {
      there |= flag.asText().equals(differs);
    }
    if (!there && !roles(agent).equals(roles(baseline))) {
      flags.add(differs);
    }
    return flags.toString();
  }

  /** Of all nodes that were hit. */
  private static List<String> roles(TrialRow row) {
    JsonNode metadata = Json.parse(row.chaosMetadata());
    List<String> roles = new ArrayList<>();
    metadata.path("roles").forEach(role -> roles.add(role.asText()));
    if (roles.isEmpty()) {
      roles.add(metadata.path("role").asText(""));
    }
    Collections.sort(roles);
    return roles;
  }
}
