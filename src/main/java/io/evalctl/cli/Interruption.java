package io.evalctl.cli;

import io.evalctl.clock.TimeSource;
import io.evalctl.console.Io;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * SIGINT and SIGTERM while a command works. The first one interrupts the command's thread, which
 * then undoes what it made; when that takes too long, or on a second one, the process ends at once.
 * Whatever wraps evalctl may deliver one stop twice, to the process and to its group, so signals
 * within a second of the first are that one. Thread-safe.
 */
final class Interruption implements AutoCloseable {
  private static final Duration ONE_STOP = Duration.ofSeconds(1);

  /** What a command says about its end, and how long that may take. */
  enum Words {
    CAMPAIGN(
        30,
        "undoing what is in place",
        "finished trials are stored; continue with evalctl campaign --resume ID",
        "faults, processes and directories may remain; run evalctl heal"),
    EVAL(
        30,
        "giving up the sample under way, dropping databases and containers",
        "finished samples are stored; continue with evalctl eval --resume ID",
        "databases and containers may remain; run evalctl template clean and evalctl heal"),
    PROBE(10, "giving up what is under way", "nothing is kept of it", "what was under way is lost"),
    BATCH(
        15,
        "waiting for the answers in flight, 10s at most",
        "answers that are written stay; continue with --resume",
        "answers that were in flight are lost"),
    HEAL(
        30,
        "giving up the undoing under way",
        "what is undone stays so; run evalctl heal again for the rest",
        "faults, processes and directories may remain; run evalctl heal again");

    private final int graceSeconds;
    private final String ending;
    private final String hint;
    private final String left;

    Words(int graceSeconds, String ending, String hint, String left) {
      this.graceSeconds = graceSeconds;
      this.ending = ending;
      this.hint = hint;
      this.left = left;
    }
  }

  private final Io io;
  private final TimeSource time;
  private final Words words;
  private final Thread worker = Thread.currentThread();
  private final Object oldInt;
  private final Object oldTerm;
  private long takenNanos;
  private volatile ErrorCode received;

  private Interruption(CommandContext context, Words words) {
    this.io = context.io();
    this.time = context.time();
    this.words = words;
    this.oldInt = Signals.register("INT", () -> received(ErrorCode.INTERRUPTED));
    this.oldTerm = Signals.register("TERM", () -> received(ErrorCode.TERMINATED));
  }

  /** Handles the signals for the calling thread until it is closed. */
  static Interruption install(CommandContext context, Words words) {
    return new Interruption(context, words);
  }

  /**
   * The error a command ends with. After a signal that is the signal, whatever failed because of
   * it; only a fault that stays in place is told instead.
   */
  RuntimeException explain(RuntimeException e) {
    EvalctlException known = e instanceof EvalctlException own ? own : null;
    if (received == null || known != null && known.code() == ErrorCode.FAULT_NOT_UNDONE) {
      return e;
    }
    boolean told = known != null && known.code() == ErrorCode.INTERRUPTED && known.hint() != null;
    return new EvalctlException(
        received,
        received == ErrorCode.INTERRUPTED ? "interrupted (SIGINT)" : "ended (SIGTERM)",
        told ? known.hint() : words.hint,
        e);
  }

  /** The exit code that the signal asks for, when there was one. */
  OptionalInt exitCode() {
    return received == null ? OptionalInt.empty() : OptionalInt.of(received.kind().exitCode());
  }

  /** After a signal the process is about to end, and its last words are not to be cut off. */
  @Override
  public synchronized void close() {
    if (received == null) {
      Signals.unregister("INT", oldInt);
      Signals.unregister("TERM", oldTerm);
    }
  }

  private synchronized void received(ErrorCode signal) {
    if (received != null) {
      if (time.nanoTime() - takenNanos >= ONE_STOP.toNanos()) {
        leave("second signal");
      }
      return;
    }
    received = signal;
    Thread watchdog = new Thread(this::watch, "interrupt-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    io.err().println();
    io.err().println("evalctl: ending: " + words.ending + " (again to leave at once)");
    takenNanos = time.nanoTime();
    worker.interrupt();
  }

  private void watch() {
    try {
      TimeUnit.SECONDS.sleep(words.graceSeconds);
      leave("not done after " + words.graceSeconds + "s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void leave(String why) {
    io.err().println("evalctl: left at once (" + why + "): " + words.left);
    Runtime.getRuntime().halt(received.kind().exitCode());
  }
}
