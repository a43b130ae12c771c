package io.evalctl.rlm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.llm.ModelId;
import io.evalctl.text.Json;
import java.time.Duration;

/** The lines with which a trace begins and ends. Stateless. */
final class TraceLines {
  private static final int VERSION = 1;

  private TraceLines() {}

  static ObjectNode header(RlmQuery query, ModelId root, ModelId sub, RlmLimits limits) {
    ObjectNode line =
        Json.object()
            .put("version", VERSION)
            .put("question", query.question())
            .put("model", root.toString())
            .put("subModel", sub.toString());
    ArrayNode documents = line.putArray("documentCharacters");
    query.documents().forEach(text -> documents.add(text.codePointCount(0, text.length())));
    ArrayNode variables = line.putArray("variables");
    query.variables().keySet().stream().sorted().forEach(variables::add);
    line.put("database", query.database() != null);
    line.putObject("limits")
        .put("iterations", limits.iterations())
        .put("timeMs", limits.time().toMillis())
        .put("tokens", limits.tokens())
        .put("costUsd", limits.costUsd())
        .put("subCalls", limits.subCalls())
        .put("consecutiveErrors", limits.consecutiveErrors())
        .put("executeTimeoutMs", limits.executeTimeout().toMillis())
        .put("windowTokens", limits.windowTokens());
    return line;
  }

  static ObjectNode answer(Ending ending) {
    ObjectNode line =
        Json.object()
            .put("status", ending.status().label())
            .put("partial", ending.status() != RlmResult.Status.FINISHED)
            .put("known", ending.answer() != null);
    line.set("answer", ending.answer());
    return line;
  }

  static ObjectNode verification(Citations citations) {
    ObjectNode line =
        Json.object()
            .put("checked", citations.checked().size())
            .put("verified", citations.verified())
            .put("unchecked", citations.unchecked());
    ArrayNode list = line.putArray("citations");
    for (Citations.Citation citation : citations.checked()) {
      list.addObject()
          .put("quote", citation.quote())
          .put("document", citation.document())
          .put("verified", citation.verified());
    }
    return line;
  }

  static ObjectNode summary(RlmResult result, Duration elapsed) {
    ObjectNode line =
        Json.object()
            .put("status", result.status().label())
            .put("limit", result.limit())
            .put("problem", result.problem())
            .put("iterations", result.iterations())
            .put("subCalls", result.subCalls())
            .put("costUsd", result.costUsd())
            .put("elapsedMs", elapsed.toMillis());
    line.set("root", Calls.usage(result.root()));
    line.set("sub", Calls.usage(result.sub()));
    return line;
  }

  /** Of a query that has no result. */
  static ObjectNode summary(String code, Allowance allowance, Duration elapsed) {
    ObjectNode line =
        Json.object()
            .put("status", "error")
            .put("code", code)
            .put("subCalls", allowance.subCalls())
            .put("costUsd", allowance.cost())
            .put("elapsedMs", elapsed.toMillis());
    line.set("root", Calls.usage(allowance.usage(RlmListener.Caller.ROOT)));
    line.set("sub", Calls.usage(allowance.usage(RlmListener.Caller.SUB_CALL)));
    return line;
  }
}
