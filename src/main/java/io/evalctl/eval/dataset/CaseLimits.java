package io.evalctl.eval.dataset;

import java.time.Duration;

/**
 * Where a case is stopped. Null is no limit of that kind (or the default of whoever asks).
 *
 * @param cost in US dollars
 * @param messages of the model
 * @param executeTimeout for each piece of code that a model runs
 */
public record CaseLimits(
    Duration time, Long tokens, Double cost, Integer messages, Duration executeTimeout) {

  /** No limit at all. */
  public static final CaseLimits NONE = new CaseLimits(null, null, null, null, null);

  /** These limits, and {@code other}'s where these say nothing. */
  public CaseLimits over(CaseLimits other) {
    return new CaseLimits(
        time == null ? other.time : time,
        tokens == null ? other.tokens : tokens,
        cost == null ? other.cost : cost,
        messages == null ? other.messages : messages,
        executeTimeout == null ? other.executeTimeout : executeTimeout);
  }
}
