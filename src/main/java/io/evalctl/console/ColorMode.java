package io.evalctl.console;

import java.util.Map;

/** The values of {@code --color}. */
public enum ColorMode {
  AUTO,
  ALWAYS,
  NEVER;

  /** Whether a stream gets colour; NO_COLOR as in https://no-color.org. */
  public boolean enabled(boolean terminal, Map<String, String> environment) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          terminal
              && environment.getOrDefault("NO_COLOR", "").isEmpty()
              && !"dumb".equals(environment.get("TERM"));
    };
  }
}
