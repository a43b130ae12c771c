package io.evalctl.probe;

/**
 * Something wrong with a probe's input.
 *
 * @param path where, such as {@code scenario.followups[2].prompt}; empty for the whole input
 */
public record InputError(String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
