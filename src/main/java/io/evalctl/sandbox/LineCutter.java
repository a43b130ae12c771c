package io.evalctl.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Cuts a stream of bytes, which comes in pieces, into lines of bounded length. One thread uses it.
 */
final class LineCutter {
  /** Takes a line without its end. */
  @FunctionalInterface
  interface Taker {
    void take(byte[] line) throws IOException;
  }

  private final int most;
  private final Taker taker;
  private ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /**
   * @param most bytes of a line with its end
   */
  LineCutter(int most, Taker taker) {
    this.most = most;
    this.taker = taker;
  }

  /**
   * Takes a piece.
   *
   * @throws IOException when a line is too long, or its taker does not want it
   */
  void add(byte[] data, int length) throws IOException {
    int place = 0;
    while (place < length) {
      int end = place;
      while (end < length && data[end] != '\n') {
        end++;
      }
      if (begun.size() + end - place >= most) {
        throw new IOException("a line of more than " + most + " bytes");
      }
      begun.write(data, place, end - place);
      place = end;
      if (end < length) {
        place++;
        byte[] line = begun.toByteArray();
        // A large buffer is not kept for the small lines to come.
        begun = line.length > 1 << 16 ? new ByteArrayOutputStream() : begun;
        begun.reset();
        taker.take(line);
      }
    }
  }
}
