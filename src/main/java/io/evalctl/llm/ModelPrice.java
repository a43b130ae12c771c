package io.evalctl.llm;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;

/**
 * What a model costs, in US dollars for a million tokens. A null rate is unknown.
 *
 * @param cachedInput for input read from a cache
 * @param cacheWrite for input written to a cache, where that has a price of its own
 * @param longPrompt the price of calls with long prompts, or null when it is the same
 * @param source where the figures stand
 * @param date when they were read there, or null
 */
public record ModelPrice(
    BigDecimal input,
    BigDecimal cachedInput,
    BigDecimal cacheWrite,
    BigDecimal output,
    LongPrompt longPrompt,
    String source,
    LocalDate date) {
  private static final int MILLION_DIGITS = 6;

  /**
   * @param above the price holds for calls with more input tokens than this
   */
  public record LongPrompt(long above, ModelPrice price) {}

  public ModelPrice {
    Objects.requireNonNull(source);
  }

  /** A price that somebody gave for this run; cached input costs as much as other input. */
  public static ModelPrice given(BigDecimal input, BigDecimal output, String source) {
    return new ModelPrice(input, input, input, output, null, source, null);
  }

  /**
   * The price of one call in US dollars, exactly; null when a rate that it needs is unknown, or
   * when this is a list price and the call was not charged at that.
   */
  public BigDecimal of(Usage usage) {
    boolean list = date != null;
    if (usage.input() == null || usage.output() == null || list && !usage.listPrice()) {
      return null;
    }
    if (longPrompt != null && usage.input().tokens() > longPrompt.above()) {
      return longPrompt.price().of(usage);
    }
    long cached = usage.cachedInput() == null ? 0 : usage.cachedInput().tokens();
    long written = usage.cacheWrite() == null ? 0 : usage.cacheWrite().tokens();
    BigDecimal sum = BigDecimal.ZERO;
    long[] tokens = {
      usage.input().tokens() - cached - written, cached, written, usage.output().tokens()
    };
    BigDecimal[] rates = {input, cachedInput, cacheWrite, output};
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] > 0 && rates[i] == null) {
        return null;
      }
      if (tokens[i] > 0) {
        sum = sum.add(rates[i].multiply(BigDecimal.valueOf(tokens[i])));
      }
    }
    return sum.movePointLeft(MILLION_DIGITS);
  }
}
