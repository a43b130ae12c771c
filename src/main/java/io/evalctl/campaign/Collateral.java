package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What differs after a trial beyond the fault itself: harm done to nodes that it did not hit. */
final class Collateral {
  /** Fields of a node's state that nothing but a fault or an operator changes, as a rule. */
  private static final List<String> STEADY = List.of("alive", "pid", "configSha256");

  private Collateral() {}

  /**
   * The content of {@code trials.collateral_json}: node to field to before and after. Nothing in
   * the baseline arm: without an operator it is the subject's own doing.
   */
  static ObjectNode of(Arm arm, JsonNode before, JsonNode after, Collection<String> targets) {
    return arm.hasOperator() ? changes(before, after, targets) : Json.object();
  }

  /** The same of a stored trial, before it is compared with any other. */
  static ObjectNode of(TrialRow row) {
    return of(
        Arm.parse(row.arm()),
        Json.parse(row.initialState()),
        Json.parse(row.finalState()),
        targets(row));
  }

  /**
   * What a trial shows beyond the baseline's trial of the same seed. Values are not compared: a
   * configuration that a subject rewrites differs each time.
   */
  static ObjectNode beyond(ObjectNode harm, TrialRow trial, TrialRow baseline) {
    List<String> own = targets(trial);
    List<String> others = targets(baseline);
    ObjectNode usual =
        changes(Json.parse(baseline.initialState()), Json.parse(baseline.finalState()), others);
    ObjectNode left = Json.object();
    for (Map.Entry<String, JsonNode> node : harm.properties()) {
      // Where the baseline hit this node instead of another, it is that one which tells.
      int hitThere = others.indexOf(node.getKey());
      String counterpart =
          hitThere >= 0 && hitThere < own.size() ? own.get(hitThere) : node.getKey();
      ObjectNode fields = node.getValue().deepCopy();
      usual.path(counterpart).fieldNames().forEachRemaining(fields::remove);
      if (!fields.isEmpty()) {
        left.set(node.getKey(), fields);
      }
    }
    return left;
  }

  private static ObjectNode changes(JsonNode before, JsonNode after, Collection<String> targets) {
    ObjectNode collateral = Json.object();
    if (after.isEmpty()) {
      return collateral;
    }
    for (Map.Entry<String, JsonNode> node : before.properties()) {
      boolean hit = targets.contains(node.getKey());
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

  private static List<String> targets(TrialRow row) {
    return row.target() == null ? List.of() : List.of(row.target().split(","));
  }
}
