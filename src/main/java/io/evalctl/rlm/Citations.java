package io.evalctl.rlm;

import java.util.List;

/**
 * The quotations of an answer, each looked up in the documents.
 *
 * @param unchecked how many more there were than are ever looked up
 */
public record Citations(List<Citation> checked, int unchecked) {
  static final Citations NONE = new Citations(List.of(), 0);

  public Citations {
    checked = List.copyOf(checked);
  }

  /**
   * @param quote as the answer has it
   * @param document the document it stands in, from 0, or null when it stands in none, or not in
   *     the one that the answer names
   */
  public record Citation(String quote, Integer document) {
    public boolean verified() {
      return document != null;
    }
  }

  public int verified() {
    return (int) checked.stream().filter(Citation::verified).count();
  }

  /** Whether there are quotations, and all of them stand in the documents. */
  public boolean allVerified() {
    return !checked.isEmpty() && unchecked == 0 && verified() == checked.size();
  }
}
