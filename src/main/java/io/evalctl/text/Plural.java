package io.evalctl.text;

/** Counted things in words. */
public final class Plural {
  private Plural() {}

  /** "1 trial", "2 trials", "0 trials". */
  public static String of(long count, String one) {
    return count + " " + (count == 1 ? one : one + "s");
  }
}
