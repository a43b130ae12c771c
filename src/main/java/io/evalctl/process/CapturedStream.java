package io.evalctl.process;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A bounded part of what a process prints; all of it is read. Thread-safe. */
final class CapturedStream {
  private final int most;
  private final boolean keepsHead;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final StreamDrain drain;
  private boolean truncated;

  private CapturedStream(InputStream stream, int most, boolean keepsHead, String name) {
    this.most = most;
    this.keepsHead = keepsHead;
    this.drain = StreamDrain.start(stream, new Keeper(), name);
  }

  /** Keeps the first bytes. */
  static CapturedStream head(InputStream stream, int most, String name) {
    return new CapturedStream(stream, most, true, name);
  }

  /** Keeps the last bytes. */
  static CapturedStream tail(InputStream stream, int most, String name) {
    return new CapturedStream(stream, most, false, name);
  }

  private final class Keeper extends OutputStream {
    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      keep(bytes, from, count);
    }
  }

  private synchronized void keep(byte[] bytes, int from, int count) {
    int room = keepsHead ? Math.min(count, most - kept.size()) : count;
    kept.write(bytes, from, room);
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
    drain.finish();
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
