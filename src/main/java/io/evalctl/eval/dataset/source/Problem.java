package io.evalctl.eval.dataset.source;

/**
 * Something wrong in a file.
 *
 * @param line from 1
 * @param path where, as in {@code cases[2].scorers[0].type}; empty for the whole file
 * @param hint what to do about it, or null
 */
public record Problem(int line, String path, String message, String hint) {

  /** All in one line. */
  String inOneLine() {
    return place() + ": " + message + (hint == null ? "" : "; " + hint);
  }

  String place() {
    return "line " + line + (path.isEmpty() ? "" : ", " + path);
  }
}
