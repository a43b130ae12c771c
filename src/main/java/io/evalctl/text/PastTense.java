package io.evalctl.text;

import java.util.Map;

/** Turns what is to be done into what was done. */
public final class PastTense {
  private static final Map<String, String> VERBS =
      Map.of("close", "closed", "end", "ended", "remove", "removed", "undo", "undid");

  private PastTense() {}

  /**
   * "ended the ensemble" for "end the ensemble".
   *
   * @param deed begins with one of the verbs that are known here
   */
  public static String of(String deed) {
    int space = deed.indexOf(' ');
    String past = space < 0 ? null : VERBS.get(deed.substring(0, space));
    if (past == null) {
      throw new IllegalArgumentException("no past tense is known of: " + deed);
    }
    return past + deed.substring(space);
  }
}
