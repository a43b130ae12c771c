package io.evalctl.llm;

import java.util.Locale;

/** Where a token count comes from. */
public enum TokenOrigin {
  /** The provider said so. */
  REPORTED,
  /** Counted here with the model's own encoding. */
  COUNTED,
  /** A quarter of the characters. */
  ESTIMATED;

  /** As it stands in results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
