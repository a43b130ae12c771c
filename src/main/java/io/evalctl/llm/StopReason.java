package io.evalctl.llm;

import java.util.Locale;

/** Why a model stopped. */
public enum StopReason {
  STOP,
  MAX_TOKENS,
  STOP_SEQUENCE,
  CONTENT_FILTER,
  REFUSAL,
  TOOL_USE,
  OTHER;

  /** As it stands in results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
