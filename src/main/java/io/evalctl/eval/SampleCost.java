package io.evalctl.eval;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import java.math.BigDecimal;

/**
 * What stored samples used and cost together. A sample that asked nobody spent nothing; one that
 * asked, and does not say what that took, makes the sum unknown. Not thread-safe.
 */
public final class SampleCost {
  private final Total input = new Total();
  private final Total output = new Total();
  private BigDecimal usd;
  private boolean unknown;

  /** A sum of tokens. */
  private static final class Total {
    private Long sum;
    private boolean unknown;

    void add(Long tokens) {
      unknown |= tokens == null;
      sum = tokens == null ? sum : (Long) (tokens + (sum == null ? 0 : sum));
    }

    Long known() {
      return unknown ? null : sum;
    }
  }

  /** Those of a run. */
  public static SampleCost of(Iterable<EvalSampleRow> samples) {
    SampleCost cost = new SampleCost();
    samples.forEach(cost::add);
    return cost;
  }

  public void add(EvalSampleRow sample) {
    boolean tokens = sample.inputTokens() != null || sample.outputTokens() != null;
    JsonNode result = tokens && sample.costUsd() != null ? null : Json.parse(sample.outputJson());
    if (tokens || result.path("detail").has("claimedUsage")) {
      input.add(sample.inputTokens());
      output.add(sample.outputTokens());
      addUsd(sample.costUsd());
    } else if (sample.costUsd() != null || result.has("judging")) {
      addUsd(sample.costUsd());
    }
  }

  private void addUsd(BigDecimal cost) {
    unknown |= cost == null;
    usd = cost == null ? usd : usd == null ? cost : usd.add(cost);
  }

  /** Of the tasks alone; null when nobody was asked, or it is unknown. */
  public Long inputTokens() {
    return input.known();
  }

  /** As {@link #inputTokens()}. */
  public Long outputTokens() {
    return output.known();
  }

  /** In US dollars, of tasks and judges; null when nobody was asked, or it is unknown. */
  public BigDecimal usd() {
    return unknown ? null : usd;
  }
}
