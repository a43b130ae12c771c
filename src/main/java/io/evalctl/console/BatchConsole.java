package io.evalctl.console;

import io.evalctl.clock.TimeSource;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.probe.BatchListener;
import io.evalctl.probe.BatchProgress;
import io.evalctl.text.Plural;
import java.time.Duration;
import java.util.Locale;

/**
 * A batch's progress on stderr: a live line on a terminal, elsewhere a line every ten seconds. Its
 * methods are called one at a time.
 */
public final class BatchConsole implements BatchListener {
  private static final Duration LIVE_INTERVAL = Duration.ofMillis(100);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final String ERASE_LINE = "\r\u001b[2K";

  private final Io io;
  private final boolean live;
  private final TimeSource time;
  private long lastNanos;
  private boolean shown;

  public BatchConsole(Io io, TimeSource time) {
    this.io = io;
    this.live = io.errTerminal() && !"dumb".equals(io.environment().get("TERM"));
    this.time = time;
  }

  @Override
  public void started(BatchProgress progress) {
    lastNanos = time.nanoTime();
    io.err()
        .println(
            "batch  %s%s"
                .formatted(
                    Plural.of(progress.total(), "input"),
                    progress.finishedBefore() == 0
                        ? ""
                        : " · resumed, " + progress.finishedBefore() + " answered"));
  }

  @Override
  public void answered(BatchProgress progress, LlmErrorCode error) {
    waiting(progress);
  }

  @Override
  public void waiting(BatchProgress progress) {
    long now = time.nanoTime();
    if (now - lastNanos >= (live ? LIVE_INTERVAL : HEARTBEAT).toNanos()) {
      lastNanos = now;
      if (live) {
        io.err().print(ERASE_LINE + line(progress));
        io.err().flush();
        shown = true;
      } else {
        io.err().println(line(progress));
      }
    }
  }

  /** The last line, which stays. */
  public void finished(BatchProgress progress) {
    if (shown) {
      io.err().print(ERASE_LINE);
    }
    io.err().println(line(progress));
    if (progress.retryable() > 0) {
      io.err()
          .println(
              "  another try can help %d of the failed: --out FILE --resume --retry-failed"
                  .formatted(progress.retryable()));
    }
  }

  private static String line(BatchProgress progress) {
    long done = progress.finishedBefore() + progress.answered();
    String left =
        progress.open() == 0 || progress.rate() <= 0
            ? ""
            : " · %.0fs left".formatted(progress.open() / progress.rate());
    return String.format(
        Locale.ROOT,
        "  %d/%d answered · %d failed · %.1f/s · %.1fs%s",
        done,
        progress.total(),
        progress.failed(),
        progress.rate(),
        progress.elapsed().toMillis() / 1e3,
        left);
  }
}
