package io.evalctl.template;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Bytes in some encoding, as UTF-8: line by line, so that what follows a line can still be taken
 * for another encoding. Bytes that are none of the encoding's are a {@link
 * java.nio.charset.CharacterCodingException}. One thread uses it.
 */
final class RecodedInput extends InputStream {
  private static final int MOST_RAW = 16 << 10;

  private final InputStream raw;
  private final CharsetDecoder decoder;
  private final byte[] line = new byte[MOST_RAW];
  private int rest;
  private byte[] ready = new byte[0];
  private int given;
  private boolean ended;

  /**
   * @param raw buffered: it is read byte by byte
   */
  RecodedInput(InputStream raw, Charset charset) {
    this.raw = raw;
    this.decoder = charset.newDecoder();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    while (given == ready.length) {
      if (ended) {
        return -1;
      }
      next();
    }
    int count = Math.min(length, ready.length - given);
    System.arraycopy(ready, given, into, from, count);
    given += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }

  private void next() throws IOException {
    int size = rest;
    int last = 0;
    while (size < MOST_RAW && last != '\n') {
      last = raw.read();
      if (last < 0) {
        ended = true;
        break;
      }
      line[size++] = (byte) last;
    }
    ByteBuffer bytes = ByteBuffer.wrap(line, 0, size);
    CharBuffer chars = CharBuffer.allocate(size + 1);
    CoderResult result = decoder.decode(bytes, chars, ended);
    if (result.isError()) {
      result.throwException();
    }
    rest = bytes.remaining();
    bytes.compact();
    ready = chars.flip().toString().getBytes(StandardCharsets.UTF_8);
    given = 0;
  }
}
