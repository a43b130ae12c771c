package io.evalctl.rlm;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;

/**
 * How far a query may go. A null is no limit.
 *
 * @param iterations how often the root model is asked
 * @param time for everything after the first sandbox is there
 * @param tokens input and output of all calls together
 * @param costUsd US dollars for all calls together; needs a known price for both models
 * @param subCalls calls to the sub-model
 * @param consecutiveErrors iterations in a row that had no code, or whose last block failed
 * @param executeTimeout for a block of code, without the time that host functions take
 * @param callTimeout for one call to a model, with its retries
 * @param sqlTimeout for one call of {@code sql}
 * @param sqlRows most rows of one call of {@code sql}; more are an error, never a short answer
 * @param windowTokens what the root model can read at once; the history is kept under it
 */
public record RlmLimits(
    int iterations,
    Duration time,
    Long tokens,
    Double costUsd,
    Integer subCalls,
    int consecutiveErrors,
    Duration executeTimeout,
    Duration callTimeout,
    Duration sqlTimeout,
    int sqlRows,
    long windowTokens) {

  /** 20 iterations in ten minutes; 128,000 tokens is the smallest window of a priced model. */
  public static final RlmLimits DEFAULT =
      new RlmLimits(
          20,
          Duration.ofMinutes(10),
          null,
          null,
          500,
          5,
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          Duration.ofSeconds(10),
          1000,
          128_000);

  /**
   * @throws EvalctlException INVALID_CONFIGURATION when a limit leaves room for nothing
   */
  public RlmLimits {
    require("iterations", iterations > 0, iterations);
    require("time", positive(time), time);
    require("tokens", tokens == null || tokens > 0, tokens);
    require("cost", costUsd == null || costUsd > 0 && Double.isFinite(costUsd), costUsd);
    require("sub-calls", subCalls == null || subCalls >= 0, subCalls);
    require("consecutive errors", consecutiveErrors > 0, consecutiveErrors);
    require("execute timeout", positive(executeTimeout), executeTimeout);
    require("call timeout", positive(callTimeout), callTimeout);
    require("sql timeout", positive(sqlTimeout), sqlTimeout);
    require("sql rows", sqlRows > 0 && sqlRows < Integer.MAX_VALUE, sqlRows);
    require("window", windowTokens > 0, windowTokens);
  }

  public RlmLimits withIterations(int most) {
    return with(most, time, tokens, costUsd, subCalls, executeTimeout);
  }

  public RlmLimits withTime(Duration most) {
    return with(iterations, most, tokens, costUsd, subCalls, executeTimeout);
  }

  public RlmLimits withTokens(Long most) {
    return with(iterations, time, most, costUsd, subCalls, executeTimeout);
  }

  public RlmLimits withCostUsd(Double most) {
    return with(iterations, time, tokens, most, subCalls, executeTimeout);
  }

  public RlmLimits withSubCalls(Integer most) {
    return with(iterations, time, tokens, costUsd, most, executeTimeout);
  }

  public RlmLimits withExecuteTimeout(Duration most) {
    return with(iterations, time, tokens, costUsd, subCalls, most);
  }

  private RlmLimits with(
      int turns, Duration all, Long sum, Double usd, Integer subs, Duration one) {
    return new RlmLimits(
        turns,
        all,
        sum,
        usd,
        subs,
        consecutiveErrors,
        one,
        callTimeout,
        sqlTimeout,
        sqlRows,
        windowTokens);
  }

  private static boolean positive(Duration duration) {
    return duration != null && !duration.isNegative() && !duration.isZero();
  }

  private static void require(String what, boolean holds, Object given) {
    if (!holds) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "the limit of %s of an rlm query cannot be %s".formatted(what, given),
          "give a positive one");
    }
  }
}
