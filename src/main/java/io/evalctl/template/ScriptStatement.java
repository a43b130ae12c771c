package io.evalctl.template;

/**
 * A statement of a script.
 *
 * @param text without its semicolon
 * @param line where its first word is, from 1
 * @param copiesIn whether lines of data follow: {@code COPY ... FROM STDIN}
 * @param copiesOut whether it gives lines of data: {@code COPY ... TO STDOUT}
 */
record ScriptStatement(String text, long line, boolean copiesIn, boolean copiesOut) {

  /** The line of a position in the text, which counts characters from 1, as the server does. */
  long lineAt(int position) {
    int end =
        text.offsetByCodePoints(0, Math.min(position - 1, text.codePointCount(0, text.length())));
    return line + text.substring(0, end).chars().filter(c -> c == '\n').count();
  }
}
