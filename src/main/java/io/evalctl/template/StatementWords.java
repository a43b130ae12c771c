package io.evalctl.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a statement, as far as they tell where it ends: a semicolon in parentheses, or in
 * the body of an SQL function between BEGIN and END, ends none.
 */
final class StatementWords {
  /** CREATE OR REPLACE FUNCTION are the most that come before a function's name. */
  private static final int MOST_FIRST = 4;

  private final List<String> first = new ArrayList<>();
  private String last = "";
  private boolean lastTouches;
  private int parentheses;
  private int begins;
  private boolean copiesIn;
  private boolean copiesOut;

  void word(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (first.size() < MOST_FIRST) {
      first.add(word);
    }
    if (parentheses == 0 && first.get(0).equals("copy")) {
      copiesIn |= word.equals("stdin") && last.equals("from");
      copiesOut |= word.equals("stdout") && last.equals("to");
    }
    if (parentheses == 0 && createsRoutine()) {
      countBegins(word);
    }
    last = word;
    lastTouches = true;
  }

  /** Something else than a word. */
  void mark(int c) {
    if (c == '(') {
      parentheses++;
    } else if (c == ')' && parentheses > 0) {
      parentheses--;
    }
    lastTouches = false;
    if (c > ' ') {
      last = "";
    }
  }

  /** A string or a quoted name. */
  void other() {
    last = "";
    lastTouches = false;
  }

  /** Whether a semicolon here ends the statement. */
  boolean complete() {
    return parentheses == 0 && begins == 0;
  }

  /** Whether a string that begins right here is an E'...'. */
  boolean lastIsEscapePrefix() {
    return lastTouches && last.equals("e");
  }

  boolean copiesIn() {
    return copiesIn;
  }

  boolean copiesOut() {
    return copiesOut;
  }

  private boolean createsRoutine() {
    int at =
        first.size() > 2 && first.get(1).equals("or") && first.get(2).equals("replace") ? 3 : 1;
    return first.get(0).equals("create")
        && first.size() > at
        && (first.get(at).equals("function") || first.get(at).equals("procedure"));
  }

  private void countBegins(String word) {
    switch (word) {
      case "begin" -> begins++;
      case "case" -> begins += begins > 0 ? 1 : 0;
      case "end" -> begins -= begins > 0 ? 1 : 0;
      default -> {
        // other words change nothing
      }
    }
  }
}
