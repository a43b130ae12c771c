package io.evalctl.llm;

/** A number of tokens and where it comes from. */
public record TokenCount(long tokens, TokenOrigin origin) {
  public TokenCount {
    if (tokens < 0) {
      throw new IllegalArgumentException("a count is never negative: " + tokens);
    }
  }

  /** What the provider said; null stays null. */
  static TokenCount reported(Long tokens) {
    return tokens == null ? null : new TokenCount(tokens, TokenOrigin.REPORTED);
  }
}
