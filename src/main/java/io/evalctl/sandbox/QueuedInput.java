package io.evalctl.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What one thread writes is what another reads, without delay and whichever thread writes next; the
 * JDK's piped streams take a writer that has ended for a broken pipe.
 */
final class QueuedInput extends InputStream {
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
  private byte[] current = {};
  private int place;
  private volatile boolean closed;

  /** The end that is written to. */
  OutputStream writer() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] data, int offset, int length) throws IOException {
        if (closed) {
          throw new IOException("closed");
        }
        if (length > 0) {
          queue.add(Arrays.copyOfRange(data, offset, offset + length));
        }
      }
    };
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      while (place == current.length) {
        if (closed && queue.isEmpty()) {
          return -1;
        }
        current = queue.take();
        place = 0;
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    int count = Math.min(length, current.length - place);
    System.arraycopy(current, place, buffer, offset, count);
    place += count;
    return count;
  }

  /** The reader comes to the end after what has been written. */
  @Override
  public void close() {
    closed = true;
    queue.add(END);
  }
}
