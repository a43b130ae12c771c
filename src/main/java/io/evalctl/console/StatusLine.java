package io.evalctl.console;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is going on right now: a live line on a terminal, else a heartbeat every ten seconds.
 * Thread-safe.
 */
final class StatusLine implements AutoCloseable {
  private static final Duration LIVE_INTERVAL = Duration.ofMillis(100);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final String ERASE_LINE = "\r\u001b[2K";

  private final Io io;
  private final boolean live;
  private final TimeSource time;
  private final ScheduledExecutorService ticker;
  private Supplier<String> text;
  private Deadline deadline;
  private Deadline heartbeat;
  private boolean shown;

  private StatusLine(Io io, boolean live, TimeSource time, ScheduledExecutorService ticker) {
    this.io = io;
    this.live = live;
    this.time = time;
    this.ticker = ticker;
  }

  /** A line that nobody sees. */
  static StatusLine silent() {
    return new StatusLine(null, false, TimeSource.system(), null);
  }

  static StatusLine on(Io io, Style style, TimeSource time) {
    boolean live = io.errTerminal() && !"dumb".equals(io.environment().get("TERM"));
    ScheduledExecutorService ticker =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "status-line");
              thread.setDaemon(true);
              return thread;
            });
    StatusLine line = new StatusLine(io, live, time, ticker);
    ticker.scheduleWithFixedDelay(
        line::tick, LIVE_INTERVAL.toMillis(), LIVE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return line;
  }

  /**
   * @param what is made into a text, by any thread, only when it is shown
   * @param limit how long this can take
   */
  synchronized void update(Supplier<String> what, Duration limit) {
    if (io == null) {
      return;
    }
    text = what;
    deadline = Deadline.in(limit, time);
    if (heartbeat == null) {
      heartbeat = Deadline.in(HEARTBEAT, time);
    }
    if (live) {
      show();
    }
  }

  /** Prints a whole line above the status. */
  synchronized void print(String line) {
    if (io == null) {
      return;
    }
    erase();
    io.err().println(line);
    heartbeat = null;
    text = null;
  }

  synchronized void clear() {
    text = null;
    heartbeat = null;
    erase();
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.shutdownNow();
    }
    clear();
  }

  private synchronized void tick() {
    if (text == null) {
      return;
    }
    if (live) {
      show();
    } else if (heartbeat != null && heartbeat.expired()) {
      io.err().println(text.get() + progress());
      heartbeat = Deadline.in(HEARTBEAT, time);
    }
  }

  private void show() {
    io.err().print(ERASE_LINE + text.get() + progress());
    io.err().flush();
    shown = true;
  }

  private void erase() {
    if (shown) {
      io.err().print(ERASE_LINE);
      io.err().flush();
      shown = false;
    }
  }

  private String progress() {
    return "  %s of %s"
        .formatted(
            Seconds.limit(Math.floor(deadline.elapsed().toMillis() / 100.0) / 10),
            Seconds.limit(deadline.length().toMillis() / 1e3));
  }
}
