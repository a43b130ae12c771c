package io.evalctl.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads lines of bytes, none of them longer than the largest input. Used by one thread. */
final class LineReader {

  /**
   * @param index from 0, blank lines counted
   * @param json the line's bytes; null when it is too long
   */
  record Line(int index, byte[] json) {}

  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private int index;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The next line that is not blank, or null at the end. */
  Line next() throws IOException {
    while (fill()) {
      int number = index++;
      ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER / 16);
      boolean tooLong = false;
      boolean ended = false;
      while (!ended && fill()) {
        int end = position;
        while (end < limit && buffer[end] != '\n') {
          end++;
        }
        tooLong |= line.size() + end - position > BoundedInput.MAX_BYTES;
        if (!tooLong) {
          line.write(buffer, position, end - position);
        }
        ended = end < limit;
        position = ended ? end + 1 : end;
      }
      byte[] bytes = line.toByteArray();
      if (tooLong || !blank(bytes)) {
        return new Line(number, tooLong ? null : bytes);
      }
    }
    return null;
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer));
    }
    return limit > 0;
  }

  private static boolean blank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
