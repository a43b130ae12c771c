package io.evalctl.template;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A file's bytes, as UTF-8, with some of them to look at ahead, and the number of the line. In
 * UTF-8 no byte of a longer character looks like ASCII, so that SQL can be read byte by byte.
 */
final class ScriptBytes {
  static final int END = -1;

  /** More than the longest thing looked for: a dollar-quote tag of a name's length. */
  private static final int MOST_AHEAD = 512;

  /** What is not taken yet, in the file's own encoding. */
  private InputStream source;

  private InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private boolean ended;
  private long line = 1;

  ScriptBytes(InputStream in) {
    this.source = in;
    this.in = in;
  }

  /** The line of the next byte, from 1. */
  long line() {
    return line;
  }

  /** From the next line on the file is in this encoding. */
  void encoding(Charset charset) {
    if (in == source) {
      // What was looked at ahead is still as the file has it.
      InputStream ahead = new ByteArrayInputStream(Arrays.copyOfRange(buffer, position, limit));
      source = new BufferedInputStream(new SequenceInputStream(ahead, source), buffer.length);
      position = 0;
      limit = 0;
      ended = false;
    }
    in = charset.equals(StandardCharsets.UTF_8) ? source : new RecodedInput(source, charset);
  }

  /** The next byte, or {@link #END}. */
  int read() throws IOException {
    int next = ahead(0);
    if (next != END) {
      position++;
      if (next == '\n') {
        line++;
      }
    }
    return next;
  }

  /** The byte that is {@code offset} after the next one, which stays where it is. */
  int ahead(int offset) throws IOException {
    if (position + offset >= limit) {
      fill(offset);
    }
    return position + offset < limit ? buffer[position + offset] & 0xff : END;
  }

  /** Whether these bytes come next. */
  boolean comes(byte[] wanted) throws IOException {
    for (int i = 0; i < wanted.length; i++) {
      if (ahead(i) != (wanted[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** The rest of the line without its end, which is read, too. */
  String restOfLine() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (int next = read(); next != END && next != '\n'; next = read()) {
      if (rest.length() < MOST_AHEAD) {
        rest.append((char) next);
      }
    }
    return rest.toString();
  }

  private void fill(int offset) throws IOException {
    if (offset >= MOST_AHEAD) {
      throw new IllegalArgumentException("nobody looks " + offset + " bytes ahead");
    }
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    while (!ended && limit <= offset) {
      int count = in.read(buffer, limit, buffer.length - limit);
      if (count < 0) {
        ended = true;
      } else {
        limit += count;
      }
    }
  }
}
