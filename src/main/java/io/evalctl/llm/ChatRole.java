package io.evalctl.llm;

import java.util.Locale;

/** Who speaks. */
public enum ChatRole {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL;

  /** As the chat-completions family of wire formats spells it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
