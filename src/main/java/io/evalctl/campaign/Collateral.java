package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.results.Json;
import java.util.List;
import java.util.Map;

/** What differs after a trial beyond the fault itself: harm done to nodes that it did not hit. */
final class Collateral {
  /** Fields of a node's state that nothing but a fault or an operator changes. */
  private static final List<String> STEADY = List.of("alive", "pid", "configSha256");

  private Collateral() {}

  /** The content of {@code trials.collateral_json}: node to field to before and after. */
  static ObjectNode between(JsonNode before, JsonNode after, FaultPlan plan) {
    ObjectNode collateral = Json.object();
    if (after.isEmpty()) {
      return collateral;
    }
    for (Map.Entry<String, JsonNode> node : before.properties()) {
      boolean hit = plan != null && plan.targets().contains(node.getKey());
      ObjectNode changes = Json.object();
      for (String field : STEADY) {
        JsonNode old = node.getValue().path(field);
        JsonNode now = after.path(node.getKey()).path(field);
        if (!old.equals(now) && !hit) {
          changes.putObject(field).<ObjectNode>set("before", old).set("after", now);
        }
      }
      if (!changes.isEmpty()) {
        collateral.set(node.getKey(), changes);
      }
    }
    return collateral;
  }
}
