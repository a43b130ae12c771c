package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.console.Io;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.results.Json;
import io.evalctl.text.Plural;

/** Tells what {@code eval} would do: no model is asked, no database opened. */
final class EvalDryRun {
  private final Io io;
  private final boolean json;

  EvalDryRun(Io io, boolean json) {
    this.io = io;
    this.json = json;
  }

  int print(EvalPlan plan) {
    if (json) {
      io.out().println(document(plan));
      return 0;
    }
    io.out()
        .println(
            "would run %s of %s (task %s) against %s:"
                .formatted(
                    Plural.of((long) plan.samples() * plan.models().size(), "sample"),
                    plan.dataset().name(),
                    plan.dataset().task().label(),
                    String.join(", ", plan.models())));
    for (EvalCase evalCase : plan.cases()) {
      io.out()
          .println(
              "  %s%s%s"
                  .formatted(
                      evalCase.name(),
                      plan.epochs() > 1 ? " × " + plan.epochs() : "",
                      evalCase.usesDatabase() ? ", on a database of its own" : ""));
    }
    return 0;
  }

  private static ObjectNode document(EvalPlan plan) {
    ObjectNode document = Json.object().put("schemaVersion", 1);
    document.put("dataset", plan.dataset().name());
    document.put("task", plan.dataset().task().label());
    document.put("epochs", plan.epochs());
    document.put("samples", plan.samples() * plan.models().size());
    plan.models().forEach(document.putArray("models")::add);
    ArrayNode cases = document.putArray("cases");
    plan.cases()
        .forEach(
            evalCase ->
                cases
                    .addObject()
                    .put("name", evalCase.name())
                    .put("database", evalCase.usesDatabase()));
    return document;
  }
}
