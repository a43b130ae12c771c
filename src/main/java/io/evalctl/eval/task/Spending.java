package io.evalctl.eval.task;

import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.TokenOrigin;
import io.evalctl.llm.Usage;
import io.evalctl.llm.UsageTotal;
import io.evalctl.rlm.RlmResult;
import java.math.BigDecimal;

/**
 * What a sample's calls to models took. Where nobody was asked there are no numbers. Not
 * thread-safe.
 */
public final class Spending {
  private UsageTotal total = UsageTotal.NONE;

  /** Adds a call; its price may be unknown (null). */
  public void add(ChatResponse answer, ModelPrice price) {
    total = total.plus(answer.usage(), price == null ? null : price.of(answer.usage()));
  }

  /** Adds what a query has used, of the root model and in sub-calls. */
  void add(RlmResult result) {
    BigDecimal usd = result.costUsd() == null ? null : BigDecimal.valueOf(result.costUsd());
    total = total.plus(result.root(), usd);
    if (result.subCalls() > 0) {
      total = total.plus(result.sub(), BigDecimal.ZERO);
    }
  }

  /** Adds what a program says that it used; null is unknown. */
  void addClaimed(Long inputTokens, Long outputTokens, BigDecimal usd) {
    total =
        total.plus(new Usage(claimed(inputTokens), null, null, claimed(outputTokens), null), usd);
  }

  private static TokenCount claimed(Long tokens) {
    return tokens == null ? null : new TokenCount(tokens, TokenOrigin.REPORTED);
  }

  /** Whether nothing was spent because nobody was asked. */
  public boolean none() {
    return total.calls() == 0;
  }

  public Long inputTokens() {
    return tokens(total.usage().input());
  }

  public Long outputTokens() {
    return tokens(total.usage().output());
  }

  public Long reasoningTokens() {
    return tokens(total.usage().reasoning());
  }

  public Long cachedTokens() {
    return tokens(total.usage().cachedInput());
  }

  /** In US dollars; null when it is unknown. */
  public BigDecimal costUsd() {
    return none() ? null : total.costUsd();
  }

  /** Input and output together as far as they are known. */
  long knownTokens() {
    return total.knownTokens();
  }

  private Long tokens(TokenCount count) {
    return none() || count == null ? null : (Long) count.tokens();
  }
}
