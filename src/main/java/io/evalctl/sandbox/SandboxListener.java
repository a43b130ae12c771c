package io.evalctl.sandbox;

/** Hears what a user should know: a line at a time. Called from several threads. */
@FunctionalInterface
public interface SandboxListener {
  void note(String line);

  /** One that could not be ended. */
  default void left(String sandbox, RuntimeException why) {
    note(
        "sandbox %s may be left: %s; evalctl heal removes it".formatted(sandbox, why.getMessage()));
  }

  /** One that does not care. */
  static SandboxListener silent() {
    return line -> {};
  }
}
