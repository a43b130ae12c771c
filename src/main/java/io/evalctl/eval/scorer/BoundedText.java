package io.evalctl.eval.scorer;

import io.evalctl.clock.Deadline;

/**
 * A text that can be looked at only so often: java.util.regex backtracks without end on some
 * patterns, but it reads a character at each step. The bound is a count, so that the same answer
 * ends the same way on every machine; the deadline comes on top. For one match; not thread-safe.
 */
final class BoundedText implements CharSequence {
  static final long MOST_STEPS = 50_000_000;
  private static final int DEADLINE_STEPS = 1 << 16;

  /** The pattern took too many steps. */
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("too many steps", null, false, false);
    }
  }

  private final CharSequence text;
  private final Deadline deadline;
  private long left;

  /**
   * @param deadline or null for the count alone
   */
  BoundedText(CharSequence text, long steps, Deadline deadline) {
    this.text = text;
    this.left = steps;
    this.deadline = deadline;
  }

  @Override
  public char charAt(int index) {
    left--;
    if (left < 0 || (deadline != null && left % DEADLINE_STEPS == 0 && deadline.expired())) {
      throw new Exhausted();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
