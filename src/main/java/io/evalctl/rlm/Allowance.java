package io.evalctl.rlm;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.Usage;
import io.evalctl.llm.UsageTotal;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a query has used of models, and whether it may use more. Thread-safe. */
final class Allowance {
  /** A limit that was reached. */
  record Reached(RlmResult.Status status, String limit) {}

  private final RlmLimits limits;
  private final Function<ModelId, Optional<ModelPrice>> prices;
  private final RlmListener listener;
  private final Map<RlmListener.Caller, UsageTotal> totals =
      new EnumMap<>(RlmListener.Caller.class);
  private int subCalls;
  private Reached refused;

  Allowance(
      RlmLimits limits, Function<ModelId, Optional<ModelPrice>> prices, RlmListener listener) {
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
    BigDecimal cost;
    synchronized (this) {
      totals.put(caller, of(caller).plus(response.usage(), one));
      cost = cost();
    }
    listener.used(caller, model, response.usage(), one, cost);
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
    return of(caller).usage();
  }

  private UsageTotal of(RlmListener.Caller caller) {
    return totals.getOrDefault(caller, UsageTotal.NONE);
  }

  private UsageTotal all() {
    return totals.values().stream().reduce(UsageTotal.NONE, UsageTotal::plus);
  }

  /** In US dollars; null when the cost of a call is unknown. */
  synchronized BigDecimal cost() {
    return all().costUsd();
  }

  synchronized int subCalls() {
    return subCalls;
  }

  private Reached spent() {
    UsageTotal all = all();
    long tokens = all.knownTokens();
    if (limits.tokens() != null && tokens >= limits.tokens()) {
      return new Reached(
          RlmResult.Status.LIMIT_TOKENS, "%d tokens (%d used)".formatted(limits.tokens(), tokens));
    }
    if (limits.costUsd() == null) {
      return null;
    }
    BigDecimal most = BigDecimal.valueOf(limits.costUsd());
    BigDecimal cost = all.costUsd();
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
}
