package io.evalctl.probe;

/** Cuts long answers. */
final class Truncation {
  /** The most of an answer that is kept, in bytes of UTF-8. */
  static final int MAX_BYTES = 100 * 1024;

  private Truncation() {}

  /** How long the text is in UTF-8; half a surrogate pair counts as U+FFFD. */
  static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      bytes += utf8Length(character);
      i += Character.charCount(character);
    }
    return bytes;
  }

  /** The longest beginning of whole characters that fits into {@code maxBytes} of UTF-8. */
  static String cut(String text, int maxBytes) {
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      bytes += utf8Length(character);
      if (bytes > maxBytes) {
        return text.substring(0, i);
      }
      i += Character.charCount(character);
    }
    return text;
  }

  private static int utf8Length(int character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }
}
