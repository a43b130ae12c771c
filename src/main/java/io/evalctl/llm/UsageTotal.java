package io.evalctl.llm;

import java.math.BigDecimal;

/**
 * What several calls used and cost together. A part that any call left unknown is unknown in the
 * sum, never 0. Immutable.
 *
 * @param calls how many
 * @param costUsd in US dollars; null when that of any call is unknown
 */
public record UsageTotal(int calls, Usage usage, BigDecimal costUsd) {
  private static final TokenCount ZERO = new TokenCount(0, TokenOrigin.REPORTED);

  /** No call: nothing was used, which is known. */
  public static final UsageTotal NONE =
      new UsageTotal(0, new Usage(ZERO, ZERO, ZERO, ZERO, ZERO), BigDecimal.ZERO);

  /**
   * With one call more.
   *
   * @param usd what it cost in US dollars, or null when that is unknown
   */
  public UsageTotal plus(Usage used, BigDecimal usd) {
    return plus(new UsageTotal(1, used, usd));
  }

  /** With those of another. */
  public UsageTotal plus(UsageTotal other) {
    return new UsageTotal(
        calls + other.calls,
        usage.plus(other.usage),
        costUsd == null || other.costUsd == null ? null : costUsd.add(other.costUsd));
  }

  /** Input and output together as far as they are known. */
  public long knownTokens() {
    return known(usage.input()) + known(usage.output());
  }

  private static long known(TokenCount count) {
    return count == null ? 0 : count.tokens();
  }
}
