package io.evalctl.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Reads a stream to its end on a daemon thread, so that its writer never blocks, and keeps a
 * bounded part of it. Thread-safe.
 */
final class CapturedStream {
  private final InputStream stream;
  private final int most;
  private final boolean keepsHead;
  private final Thread thread;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean truncated;

  private CapturedStream(InputStream stream, int most, boolean keepsHead, String name) {
    this.stream = stream;
    this.most = most;
    this.keepsHead = keepsHead;
    this.thread = new Thread(this::read, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Keeps the first bytes. */
  static CapturedStream head(InputStream stream, int most, String name) {
    return new CapturedStream(stream, most, true, name);
  }

  /** Keeps the last bytes. */
  static CapturedStream tail(InputStream stream, int most, String name) {
    return new CapturedStream(stream, most, false, name);
  }

  private void read() {
    byte[] buffer = new byte[8192];
    try {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        keep(buffer, count);
      }
    } catch (IOException e) {
      // the process is gone
    }
  }

  private synchronized void keep(byte[] buffer, int count) {
    int room = keepsHead ? Math.min(count, most - kept.size()) : count;
    kept.write(buffer, 0, room);
    truncated |= room < count;
    if (!keepsHead && kept.size() > 2 * most) {
      byte[] all = kept.toByteArray();
      kept.reset();
      kept.write(all, all.length - most, most);
      truncated = true;
    }
  }

  /** Waits a moment for what is on its way from a process that has ended. */
  void finish() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(Duration.ofSeconds(1).toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized boolean truncated() {
    return truncated;
  }

  /** What was kept, as UTF-8. */
  synchronized String text() {
    byte[] all = kept.toByteArray();
    int from = keepsHead ? 0 : Math.max(0, all.length - most);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }
}
