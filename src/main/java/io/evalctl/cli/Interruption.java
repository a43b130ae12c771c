package io.evalctl.cli;

import io.evalctl.console.Io;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * SIGINT and SIGTERM while a command works. The first one interrupts the command's thread, which
 * then undoes what it made; ten seconds later, or on the second one, the process ends at once.
 * Thread-safe.
 */
final class Interruption implements AutoCloseable {
  private static final long GRACE_SECONDS = 10;

  /** What a command says about its end. */
  enum Words {
    CAMPAIGN(
        "undoing what is in place",
        "finished trials are stored; continue with evalctl campaign --resume ID",
        "faults, processes and directories may remain; run evalctl heal"),
    EVAL(
        "giving up the sample under way, dropping databases and containers",
        "finished samples are stored; continue with evalctl eval --resume ID",
        "databases and containers may remain; run evalctl template clean and evalctl heal"),
    PROBE(
        "giving up what is under way",
        "answers that are written stay; continue a batch with --resume",
        "what was under way is lost");

    private final String ending;
    private final String hint;
    private final String left;

    Words(String ending, String hint, String left) {
      this.ending = ending;
      this.hint = hint;
      this.left = left;
    }
  }

  private final Io io;
  private final Words words;
  private final Thread worker = Thread.currentThread();
  private final Object oldInt;
  private final Object oldTerm;
  private volatile ErrorCode received;

  private Interruption(Io io, Words words) {
    this.io = io;
    this.words = words;
    this.oldInt = Signals.register("INT", () -> received(ErrorCode.INTERRUPTED));
    this.oldTerm = Signals.register("TERM", () -> received(ErrorCode.TERMINATED));
  }

  /** Handles the signals for the calling thread until it is closed. */
  static Interruption install(Io io, Words words) {
    return new Interruption(io, words);
  }

  /** The error a command ends with: an interrupt gets the code of its signal. */
  EvalctlException explain(EvalctlException e) {
    return e.code() == ErrorCode.INTERRUPTED && received != null
        ? new EvalctlException(
            received,
            received == ErrorCode.INTERRUPTED ? "interrupted (SIGINT)" : "ended (SIGTERM)",
            e.hint() == null ? words.hint : e.hint(),
            e)
        : e;
  }

  /** The exit code that the signal asks for, when there was one. */
  OptionalInt exitCode() {
    return received == null ? OptionalInt.empty() : OptionalInt.of(received.kind().exitCode());
  }

  @Override
  public void close() {
    Signals.unregister("INT", oldInt);
    Signals.unregister("TERM", oldTerm);
  }

  private synchronized void received(ErrorCode signal) {
    if (received != null) {
      leave("second signal");
    }
    received = signal;
    io.err().println();
    io.err().println("evalctl: ending: " + words.ending + " (again to leave at once)");
    Thread watchdog = new Thread(this::watch, "interrupt-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    worker.interrupt();
  }

  private void watch() {
    try {
      TimeUnit.SECONDS.sleep(GRACE_SECONDS);
      leave("not done after " + GRACE_SECONDS + "s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave(String why) {
    io.err().println("evalctl: left at once (" + why + "): " + words.left);
    Runtime.getRuntime().halt(received.kind().exitCode());
  }
}
