package io.evalctl.rlm;

import java.util.List;

/**
 * What the model is told after its code has run.
 *
 * @param before our own words
 * @param outputs what the blocks gave
 * @param after our own words
 */
record Feedback(String before, List<Output> outputs, String after) {

  /**
   * @param state our own words about the block
   * @param text what it printed and raised; nobody's words to trust
   */
  record Output(String state, String text) {}

  Feedback {
    outputs = List.copyOf(outputs);
  }

  /** As a message, with at most so many characters of each output. */
  String text(int most) {
    StringBuilder text = new StringBuilder(before);
    for (Output output : outputs) {
      text.append("\n\n").append(output.state());
      if (!output.text().isEmpty()) {
        text.append('\n').append(Untrusted.wrap("OUTPUT", Excerpt.of(output.text(), most)));
      }
    }
    return text.append("\n\n").append(after).toString().strip();
  }
}
