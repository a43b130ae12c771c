package io.evalctl.llm;

/**
 * Tokens of one call, to one rule for all providers: input holds the cached ones, output holds the
 * reasoning. A null part is unknown, which is not 0.
 *
 * @param input everything that was read
 * @param cachedInput the part of the input read from a cache
 * @param cacheWrite the part of the input written to a cache, for providers that charge for it
 * @param output everything that was generated
 * @param reasoning the part of the output that is reasoning
 * @param listPrice whether the provider's list price holds; not for a priority, a flexible or a
 *     batch tier, nor for what else it says it charges differently
 */
public record Usage(
    TokenCount input,
    TokenCount cachedInput,
    TokenCount cacheWrite,
    TokenCount output,
    TokenCount reasoning,
    boolean listPrice) {

  /** More than any call can use; what is said beyond it is no count. */
  public static final long MOST_TOKENS = 1_000_000_000_000L;

  /** Nothing is known. */
  static final Usage NONE = new Usage(null, null, null, null, null);

  /** At the list price. */
  public Usage(
      TokenCount input,
      TokenCount cachedInput,
      TokenCount cacheWrite,
      TokenCount output,
      TokenCount reasoning) {
    this(input, cachedInput, cacheWrite, output, reasoning, true);
  }

  public Usage {
    requirePart("cached input and cache write", sum(cachedInput, cacheWrite), input);
    requirePart("reasoning", sum(reasoning, null), output);
  }

  /**
   * What a provider reported. Parts that cannot be true (a negative count, more cached tokens than
   * tokens) are unknown.
   */
  static Usage reported(Long input, Long cached, Long cacheWrite, Long output, Long reasoning) {
    Long knownInput = natural(input);
    Long knownCached = part(natural(cached), knownInput);
    Long knownWrite =
        part(
            natural(cacheWrite),
            knownInput == null
                ? null
                : (Long) (knownInput - (knownCached == null ? 0 : knownCached)));
    Long knownOutput = natural(output);
    return new Usage(
        TokenCount.reported(knownInput),
        TokenCount.reported(knownCached),
        TokenCount.reported(knownWrite),
        TokenCount.reported(knownOutput),
        TokenCount.reported(part(natural(reasoning), knownOutput)));
  }

  /** The same, of which the list price holds or not. */
  Usage atListPrice(boolean holds) {
    return new Usage(input, cachedInput, cacheWrite, output, reasoning, holds);
  }

  /** Both together. A part that either leaves unknown is unknown, and so is a part of that. */
  Usage plus(Usage other) {
    TokenCount allInput = plus(input, other.input);
    TokenCount allOutput = plus(output, other.output);
    return new Usage(
        allInput,
        allInput == null ? null : plus(cachedInput, other.cachedInput),
        allInput == null ? null : plus(cacheWrite, other.cacheWrite),
        allOutput,
        allOutput == null ? null : plus(reasoning, other.reasoning),
        listPrice && other.listPrice);
  }

  /** No better known than the part that is known least. */
  private static TokenCount plus(TokenCount a, TokenCount b) {
    if (a == null || b == null) {
      return null;
    }
    TokenOrigin origin = a.origin().compareTo(b.origin()) > 0 ? a.origin() : b.origin();
    return new TokenCount(a.tokens() + b.tokens(), origin);
  }

  private static Long natural(Long count) {
    return count == null || count < 0 || count > MOST_TOKENS ? null : count;
  }

  private static Long part(Long part, Long whole) {
    return part == null || whole == null || part > whole ? null : part;
  }

  private static long sum(TokenCount a, TokenCount b) {
    return (a == null ? 0 : a.tokens()) + (b == null ? 0 : b.tokens());
  }

  private static void requirePart(String what, long part, TokenCount whole) {
    if (part > 0 && (whole == null || part > whole.tokens())) {
      throw new IllegalArgumentException(what + " exceed their whole: " + part + " of " + whole);
    }
  }
}
