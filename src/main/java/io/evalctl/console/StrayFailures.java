package io.evalctl.console;

import io.evalctl.llm.LlmSettings;

/**
 * What ends a thread that nobody looks after: a line of its own, and with --debug its trace.
 * Thread-safe.
 */
public final class StrayFailures implements Thread.UncaughtExceptionHandler {
  /** What these meet is told by the call that they serve. */
  private static final String TOLD_OTHERWISE = "docker-java-";

  private final Io io;
  private final boolean debug;

  public StrayFailures(Io io, boolean debug) {
    this.io = io;
    this.debug = debug;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    if (debug) {
      say("thread %s ended: %s".formatted(thread.getName(), ErrorPrinter.trace(failure).strip()));
    } else if (!thread.getName().startsWith(TOLD_OTHERWISE)) {
      say(
          "unexpected error in thread %s: %s; run again with --debug"
              .formatted(thread.getName(), failure));
    }
  }

  private void say(String text) {
    io.err().println("evalctl: " + LlmSettings.of(io.environment()).redactor().redact(text));
  }
}
