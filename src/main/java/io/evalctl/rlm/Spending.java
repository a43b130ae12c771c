package io.evalctl.rlm;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.TokenOrigin;
import io.evalctl.llm.Usage;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a query has used of models, and whether it may use more. Thread-safe. */
final class Spending {
  private static final TokenCount ZERO = new TokenCount(0, TokenOrigin.REPORTED);

  /** A limit that was reached. */
  record Reached(RlmResult.Status status, String limit) {}

  private final RlmLimits limits;
  private final Function<ModelId, Optional<ModelPrice>> prices;
  private final RlmListener listener;
  private final Map<RlmListener.Caller, Usage> usages = new EnumMap<>(RlmListener.Caller.class);
  private BigDecimal cost = BigDecimal.ZERO;
  private int subCalls;
  private Reached refused;

  Spending(RlmLimits limits, Function<ModelId, Optional<ModelPrice>> prices, RlmListener listener) {
    this.limits = limits;
    this.prices = prices;
    this.listener = listener;
  }

  /**
   * Adds a call.
   *
   * @return its cost, or null when that is unknown
   */
  BigDecimal add(RlmListener.Caller caller, ModelId model, ChatResponse response) {
    BigDecimal one = prices.apply(model).map(price -> price.of(response.usage())).orElse(null);
    BigDecimal total;
    synchronized (this) {
      usages.merge(caller, response.usage(), Spending::sum);
      cost = cost == null || one == null ? null : cost.add(one);
      total = cost;
    }
    listener.used(caller, model, response.usage(), one, total);
    return one;
  }

  /**
   * Takes one call to the sub-model.
   *
   * @return its number, from 1
   * @throws EvalctlException LIMIT_REACHED when there is none left
   */
  synchronized int claimSubCall() {
    requireRoom();
    if (limits.subCalls() != null && subCalls >= limits.subCalls()) {
      refused =
          new Reached(
              RlmResult.Status.LIMIT_SUB_CALLS, "%d sub-calls".formatted(limits.subCalls()));
      throw refusal(refused);
    }
    return ++subCalls;
  }

  /**
   * @throws EvalctlException LIMIT_REACHED when tokens or money are spent
   */
  synchronized void requireRoom() {
    Reached spent = spent();
    if (spent != null) {
      throw refusal(spent);
    }
  }

  /** The limit that forbids to go on, or null. */
  synchronized Reached reached() {
    Reached spent = spent();
    return spent != null ? spent : refused;
  }

  synchronized Usage usage(RlmListener.Caller caller) {
    return usages.getOrDefault(caller, new Usage(ZERO, ZERO, ZERO, ZERO, ZERO));
  }

  /** In US dollars; null when the cost of a call is unknown. */
  synchronized BigDecimal cost() {
    return cost;
  }

  synchronized int subCalls() {
    return subCalls;
  }

  private Reached spent() {
    long tokens = 0;
    for (Usage usage : usages.values()) {
      tokens += usage.input().tokens() + usage.output().tokens();
    }
    if (limits.tokens() != null && tokens >= limits.tokens()) {
      return new Reached(
          RlmResult.Status.LIMIT_TOKENS, "%d tokens (%d used)".formatted(limits.tokens(), tokens));
    }
    if (limits.costUsd() == null) {
      return null;
    }
    BigDecimal most = BigDecimal.valueOf(limits.costUsd());
    if (cost == null) {
      return new Reached(
          RlmResult.Status.LIMIT_COST,
          "$%s (the cost of a call is unknown)".formatted(most.toPlainString()));
    }
    return cost.compareTo(most) < 0
        ? null
        : new Reached(
            RlmResult.Status.LIMIT_COST,
            "$%s ($%s spent)".formatted(most.toPlainString(), cost.toPlainString()));
  }

  private static EvalctlException refusal(Reached reached) {
    return new EvalctlException(
        ErrorCode.LIMIT_REACHED,
        "the query's limit is reached: " + reached.limit(),
        "give the final answer from what is known");
  }

  private static Usage sum(Usage a, Usage b) {
    return new Usage(
        sum(a.input(), b.input()),
        sum(a.cachedInput(), b.cachedInput()),
        sum(a.cacheWrite(), b.cacheWrite()),
        sum(a.output(), b.output()),
        sum(a.reasoning(), b.reasoning()));
  }

  /** Unknown as soon as one part is; no better known than the part that is known least. */
  private static TokenCount sum(TokenCount a, TokenCount b) {
    if (a == null || b == null) {
      return null;
    }
    TokenOrigin origin = a.origin().compareTo(b.origin()) > 0 ? a.origin() : b.origin();
    return new TokenCount(a.tokens() + b.tokens(), origin);
  }
}
