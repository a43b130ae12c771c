package io.evalctl.sandbox;

/** Hears what a user should know: a line at a time. Called from several threads. */
@FunctionalInterface
public interface SandboxListener {
  void note(String line);

  /** One that does not care. */
  static SandboxListener silent() {
    return line -> {};
  }
}
