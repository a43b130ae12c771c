package io.evalctl.eval.task;

import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.Usage;
import io.evalctl.rlm.RlmResult;
import java.math.BigDecimal;

/**
 * What calls to models took, summed. A part that any call left unknown is unknown in the sum. Not
 * thread-safe.
 */
public final class Spending {
  private Long input = 0L;
  private Long output = 0L;
  private Long reasoning = 0L;
  private Long cached = 0L;
  private BigDecimal cost = BigDecimal.ZERO;
  private int calls;

  /** Adds a call; its price may be unknown (null). */
  public void add(ChatResponse answer, ModelPrice price) {
    add(answer.usage(), price == null ? null : price.of(answer.usage()));
  }

  /** Adds tokens, and what they cost in US dollars or null. */
  public void add(Usage usage, BigDecimal usd) {
    calls++;
    input = sum(input, usage.input());
    output = sum(output, usage.output());
    reasoning = sum(reasoning, usage.reasoning());
    cached = sum(cached, usage.cachedInput());
    cost = cost == null || usd == null ? null : cost.add(usd);
  }

  /** Adds what a query has used, of the root model and in sub-calls. */
  void add(RlmResult result) {
    add(result.root(), result.costUsd() == null ? null : BigDecimal.valueOf(result.costUsd()));
    if (result.subCalls() > 0) {
      add(result.sub(), BigDecimal.ZERO);
    }
  }

  /** Adds what a program says that it used; null is unknown. */
  void addClaimed(Long inputTokens, Long outputTokens, BigDecimal usd) {
    calls++;
    input = input == null || inputTokens == null ? null : (Long) (input + inputTokens);
    output = output == null || outputTokens == null ? null : (Long) (output + outputTokens);
    reasoning = null;
    cached = null;
    cost = cost == null || usd == null ? null : cost.add(usd);
  }

  /** Whether nothing was spent because nobody was asked. */
  public boolean none() {
    return calls == 0;
  }

  public Long inputTokens() {
    return none() ? null : input;
  }

  public Long outputTokens() {
    return none() ? null : output;
  }

  public Long reasoningTokens() {
    return none() ? null : reasoning;
  }

  public Long cachedTokens() {
    return none() ? null : cached;
  }

  /** In US dollars; null when it is unknown. */
  public BigDecimal costUsd() {
    return none() ? null : cost;
  }

  /** Input and output together as far as they are known. */
  long knownTokens() {
    return (input == null ? 0 : input) + (output == null ? 0 : output);
  }

  private static Long sum(Long total, TokenCount count) {
    return total == null || count == null ? null : (Long) (total + count.tokens());
  }
}
