package io.evalctl.campaign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.results.Json;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.LedgerCheck;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.descriptive.Quantile;

/** A trial's canary in numbers: the content of {@code trials.canary_json}. */
final class CanarySummary {
  private static final double[] QUANTILES = {0.5, 0.95, 0.99};

  private CanarySummary() {}

  static ObjectNode of(List<CanaryOperation> operations, LedgerCheck ledger) {
    ObjectNode summary = Json.object();
    for (CanaryOperation.Kind kind : CanaryOperation.Kind.values()) {
      summary.set(
          kind.name().toLowerCase(Locale.ROOT) + "s",
          ofKind(operations.stream().filter(operation -> operation.kind() == kind).toList()));
    }
    if (ledger != null) {
      summary.put("acknowledgedWrites", ledger.acknowledged());
      summary.put("lostWrites", ledger.unknown() ? null : (Integer) ledger.lost());
      summary.put("nodesRead", ledger.nodesRead());
      summary.put("nodes", ledger.nodes());
      ledger.lostKeys().forEach(summary.putArray("lostKeys")::add);
      ObjectNode perNode = summary.putObject("missingPerNode");
      ledger.perNode().forEach((node, missing) -> perNode.put(node, missing < 0 ? null : missing));
    }
    return summary;
  }

  private static ObjectNode ofKind(List<CanaryOperation> operations) {
    ObjectNode summary = Json.object();
    for (CanaryOperation.Result result : CanaryOperation.Result.values()) {
      summary.put(
          result.name().toLowerCase(Locale.ROOT),
          operations.stream().filter(operation -> operation.result() == result).count());
    }
    double[] latencies =
        operations.stream()
            .filter(operation -> operation.result() == CanaryOperation.Result.OK)
            .mapToDouble(operation -> (operation.doneNanos() - operation.dueNanos()) / 1e6)
            .toArray();
    if (latencies.length > 0) {
      double[] values = Quantile.withDefaults().evaluate(latencies, QUANTILES);
      summary.put("p50Ms", rounded(values[0]));
      summary.put("p95Ms", rounded(values[1]));
      summary.put("p99Ms", rounded(values[2]));
    }
    return summary;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
