package io.evalctl.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.report.Explanation;
import java.util.List;

/** Prints what words mean. */
public final class ExplanationPrinter {
  private static final int WIDTH = 100;

  private final Io io;
  private final Style style;

  public ExplanationPrinter(Io io, Style style) {
    this.io = io;
    this.style = style;
  }

  /** One below the other, a line or a few each. */
  public void print(List<Explanation> explanations) {
    int margin = 2 + explanations.stream().mapToInt(each -> each.term().length()).max().orElse(0);
    for (Explanation each : explanations) {
      String head = style.strong(each.term()) + " ".repeat(margin - each.term().length());
      StringBuilder line = new StringBuilder();
      for (String word : each.text().split(" ")) {
        if (line.length() + word.length() > WIDTH - margin) {
          io.out().println(head + line.toString().strip());
          head = " ".repeat(margin);
          line.setLength(0);
        }
        line.append(word).append(' ');
      }
      io.out().println(head + line.toString().strip());
    }
  }

  /** Text by term. */
  public static void write(List<Explanation> explanations, ObjectNode node) {
    explanations.forEach(each -> node.put(each.term(), each.text()));
  }
}
