package io.evalctl.rlm;

/** Long text made short. Stateless. */
final class Excerpt {
  private Excerpt() {}

  /**
   * Head and tail of a text, and how much is missing between them; the text itself when it is short
   * enough. Never half of a surrogate pair.
   *
   * @param most characters that are kept
   */
  static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int head = most / 2;
    int tail = text.length() - (most - head);
    head -= head > 0 && Character.isHighSurrogate(text.charAt(head - 1)) ? 1 : 0;
    tail += tail < text.length() && Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
    return text.substring(0, head)
        + "\n[... "
        + (tail - head)
        + " characters left out ...]\n"
        + text.substring(tail);
  }
}
