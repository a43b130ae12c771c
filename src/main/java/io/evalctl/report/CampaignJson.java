package io.evalctl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.Timestamps;
import io.evalctl.results.TrialRow;

/** Campaigns and trials as JSON: camelCase, times ISO 8601 in UTC, durations in milliseconds. */
final class CampaignJson {
  private CampaignJson() {}

  static ObjectNode campaign(CampaignSummary summary) {
    CampaignRow row = summary.campaign();
    ObjectNode node = Json.object();
    node.put("id", row.id());
    node.put("name", row.name());
    node.put("runId", row.runId());
    node.put("subject", row.subjectName());
    node.put("chaosType", row.chaosType());
    node.put("agent", row.agent());
    node.put("seed", row.seed());
    node.put("seedText", Long.toString(row.seed()));
    node.put("status", row.status().label());
    node.put("createdAt", Timestamps.format(row.createdAt()));
    node.put("endedAt", Timestamps.format(row.endedAt()));
    node.put("trialsPlanned", summary.planned());
    node.put("trialsValid", summary.valid());
    ArrayNode arms = node.putArray("arms");
    summary.arms().forEach(arm -> arms.add(arm(arm)));
    node.put("successDifference", summary.difference().orElse(null));
    node.put("pairsInDifferentRoles", summary.pairsInDifferentRoles());
    node.set("config", SeedText.in(Json.parse(row.configJson())));
    node.set("topology", Json.parse(row.topologyJson()));
    node.set("environment", Json.parse(row.environmentJson()));
    return node;
  }

  static ObjectNode trial(TrialRow row) {
    ObjectNode node = Json.object();
    node.put("id", row.id());
    node.put("ordinal", row.ordinal());
    node.put("attempt", row.attempt());
    node.put("arm", row.arm());
    node.put("seed", row.seed());
    node.put("target", row.target());
    node.put("outcome", row.outcome());
    node.put("healedBy", row.healedBy());
    node.put("ticketId", row.ticketId());
    node.put("startedAt", Timestamps.format(row.startedAt()));
    node.put("chaosInjectedAt", Timestamps.format(row.chaosInjectedAt()));
    node.put("onsetAt", Timestamps.format(row.onsetAt()));
    node.put("ticketCreatedAt", Timestamps.format(row.ticketCreatedAt()));
    node.put("resolvedAt", Timestamps.format(row.resolvedAt()));
    node.put("recoveredAt", Timestamps.format(row.recoveredAt()));
    node.put("undoneAt", Timestamps.format(row.undoneAt()));
    node.put("endedAt", Timestamps.format(row.endedAt()));
    node.put("timeToDetectMs", row.timeToDetectMs());
    node.put("timeToResolveMs", row.timeToResolveMs());
    node.put("timeToRecoverMs", row.timeToRecoverMs());
    node.put("unavailableMs", row.unavailableMs());
    node.set("chaosMetadata", SeedText.in(Json.parse(row.chaosMetadata())));
    node.set("canary", Json.parse(row.canaryJson()));
    node.set("collateral", Json.parse(row.collateralJson()));
    node.set("commands", Json.parse(row.commandsJson()));
    node.set("operatorData", Json.parse(row.operatorDataJson()));
    node.set("flags", Json.parse(row.flagsJson()));
    node.put("errorCode", row.errorCode());
    node.put("errorMessage", row.errorMessage());
    node.put("seedText", Long.toString(row.seed()));
    node.put("ticket", ticket(row));
    LostWrites lost = LostWrites.of(row);
    node.put("lostWrites", lost.writes());
    node.put("lostWritesNodesRead", lost.nodesRead());
    node.put("lostWritesNodes", lost.nodes());
    return node;
  }

  /** The tracked ticket's id as text: not every operator numbers its tickets. */
  private static String ticket(TrialRow row) {
    JsonNode tracked = Json.parse(row.operatorDataJson()).path("trackedTicket");
    return tracked.isTextual()
        ? tracked.asText()
        : row.ticketId() == null ? null : row.ticketId().toString();
  }

  private static ObjectNode arm(ArmSummary summary) {
    ObjectNode node = Json.object();
    node.put("arm", summary.arm().label());
    ObjectNode outcomes = node.putObject("outcomes");
    summary.outcomes().forEach((outcome, count) -> outcomes.put(outcome.label(), count));
    ObjectNode success = node.putObject("success");
    success.put("hits", summary.success().hits());
    success.put("of", summary.success().of());
    if (summary.success().known()) {
      success.put("rate", summary.success().value());
      success.put("wilsonLower", summary.success().lower());
      success.put("wilsonUpper", summary.success().upper());
    }
    node.set("timeToDetect", time(summary.detect()));
    node.set("timeToResolve", time(summary.resolve()));
    node.set("timeToRecover", time(summary.recover()));
    node.set("unavailable", time(summary.unavailable()));
    node.put("lostWrites", summary.lost().writes());
    node.put("lostWritesUnknownTrials", summary.lost().unknownTrials());
    node.put("lostWritesNodesRead", summary.lost().nodesRead());
    node.put("lostWritesNodes", summary.lost().nodes());
    node.put("collateral", summary.collateral());
    ObjectNode flags = node.putObject("flags");
    summary.flags().forEach(flags::put);
    return node;
  }

  private static ObjectNode time(TimeSummary time) {
    return Json.object()
        .put("medianMs", time.medianMs())
        .put("reached", time.reached())
        .put("censored", time.censored());
  }
}
