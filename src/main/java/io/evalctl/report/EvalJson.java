package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.eval.SampleStatus;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.results.Timestamps;
import java.util.OptionalDouble;

/** Eval runs and samples as JSON: camelCase, times ISO 8601 in UTC, durations in milliseconds. */
final class EvalJson {
  private EvalJson() {}

  static ObjectNode run(EvalSummary summary) {
    EvalRunRow row = summary.run();
    ObjectNode node = Json.object();
    node.put("id", row.id());
    node.put("name", row.name());
    node.put("dataset", row.dataset());
    node.put("datasetSha256", row.datasetSha256());
    node.put("model", row.model());
    node.put("task", row.task());
    node.put("status", row.status().label());
    node.put("createdAt", Timestamps.format(row.createdAt()));
    node.put("endedAt", Timestamps.format(row.endedAt()));
    node.put("epochs", row.epochs());
    node.put("samplesPlanned", row.sampleCount());
    node.put("samplesRun", summary.samples());
    ObjectNode statuses = node.putObject("statuses");
    for (SampleStatus status : SampleStatus.values()) {
      statuses.put(status.label(), summary.statuses().getOrDefault(status, 0));
    }
    node.put("errors", summary.errors());
    node.set("passes", passes(summary));
    node.put("reducer", summary.reducer());
    node.put("passed", summary.passed());
    node.put("score", summary.score());
    node.put("medianMs", summary.medianMs());
    node.put("inputTokens", summary.inputTokens());
    node.put("outputTokens", summary.outputTokens());
    node.put("costUsd", summary.costUsd());
    node.put("seed", row.seed());
    node.put("seedText", row.seed() == null ? null : row.seed().toString());
    node.set("config", SeedText.in(Json.parse(row.configJson())));
    node.set("environment", Json.parse(row.environmentJson()));
    return node;
  }

  private static ObjectNode passes(EvalSummary summary) {
    Rate rate = summary.passes();
    ObjectNode node = Json.object().put("hits", rate.hits()).put("of", rate.of());
    if (rate.known()) {
      node.put("rate", rate.value());
      if (summary.run().epochs() == 1) {
        node.put("wilsonLower", rate.lower()).put("wilsonUpper", rate.upper());
      }
      ObjectNode interval = node.putObject("interval");
      summary
          .interval()
          .ifPresent(
              known ->
                  interval
                      .put("method", known.method().label())
                      .put("lower", known.lower())
                      .put("upper", known.upper()));
      OptionalDouble error = summary.meanPass().standardError();
      node.put("standardErrorByCase", error.isPresent() ? (Double) error.getAsDouble() : null);
    }
    return node;
  }

  static ObjectNode sample(EvalSampleRow row) {
    ObjectNode node = Json.object();
    node.put("id", row.id());
    node.put("case", row.caseName());
    node.put("epoch", row.epoch());
    node.put("status", row.status());
    node.put("passed", row.passed());
    node.put("value", row.value());
    node.put("startedAt", Timestamps.format(row.startedAt()));
    node.put("endedAt", Timestamps.format(row.endedAt()));
    node.put("taskMs", row.durationMs());
    node.put("cloneMs", row.cloneMs());
    node.put("inputTokens", row.inputTokens());
    node.put("outputTokens", row.outputTokens());
    node.put("reasoningTokens", row.reasoningTokens());
    node.put("cachedTokens", row.cachedTokens());
    node.put("costUsd", row.costUsd());
    ArrayNode scores = node.putArray("scores");
    for (EvalSampleRow.Score score : row.scores()) {
      scores
          .addObject()
          .put("scorer", score.scorer())
          .put("value", score.value())
          .put("passed", score.passed())
          .put("reason", score.reason());
    }
    node.set("result", Json.parse(row.outputJson()));
    node.put("trace", row.tracePath());
    node.put("errorCode", row.errorCode());
    node.put("errorMessage", row.errorMessage());
    return node;
  }
}
