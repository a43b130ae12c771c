package io.evalctl.rlm;

import io.evalctl.sandbox.Execution;
import java.time.Duration;
import java.util.List;

/** What the root model is told after each of its replies. Stateless. */
final class Replies {
  private static final String LOST =
      " All variables are lost; `context` and the functions are there again.";
  private static final String NO_CODE =
      "There was no block of `repl` or `python` in your reply, so nothing was run. Write code in a"
          + " ```repl block. When you have the answer, call FINAL(value) in such a block.";
  private static final String UNFINISHED =
      "Your reply ended inside a block of code, and that block was not run. Send it again, closed"
          + " with ``` on a line of its own; make it shorter if your reply was cut.";

  private Replies() {}

  static Feedback toNoCode(CodeBlocks blocks, int iteration, int most) {
    return new Feedback(
        blocks.unfinished() ? UNFINISHED : NO_CODE, List.of(), count(iteration, most));
  }

  static Feedback toCode(
      CodeBlocks blocks, List<Feedback.Output> outputs, int iteration, int most) {
    String before = blocks.unfinished() ? UNFINISHED : "";
    return new Feedback(before, outputs, count(iteration, most));
  }

  static Feedback.Output ran(int number, int of, Execution execution, Duration timeout) {
    String block = "Block %s of %s".formatted(number, of);
    String state =
        switch (execution.status()) {
          case OK -> block + " ran.";
          case ERROR -> block + " raised an exception.";
          case TIMEOUT -> block + " was ended after " + timeout.toMillis() / 1e3 + " s." + LOST;
          case KILLED -> block + " ended with its whole Python process." + LOST;
        };
    String text = text(execution);
    return new Feedback.Output(
        state
            + (text.isEmpty() ? " It printed nothing." : "")
            + (execution.truncated() ? " Not all that it printed was kept: print less." : ""),
        text);
  }

  static Feedback.Output died(int number, int of) {
    return new Feedback.Output(
        "Block %s of %s ended the whole sandbox, and a new one took its place."
                .formatted(number, of)
            + LOST
            + (number < of ? " The blocks after it were not run." : "")
            + " If this happens again, the work is over.",
        "");
  }

  private static String count(int iteration, int most) {
    return iteration + 1 == most
        ? "Your next reply is the last one: call FINAL in it with the best answer you have."
        : "That was reply %s of %s.".formatted(iteration, most);
  }

  private static String text(Execution execution) {
    StringBuilder text = new StringBuilder(execution.stdout());
    if (!execution.stderr().isEmpty()) {
      separate(text).append("stderr:\n").append(execution.stderr());
    }
    Execution.ExecutionError error = execution.error();
    if (error != null) {
      boolean traced = error.traceback() != null && !error.traceback().isBlank();
      separate(text).append(traced ? error.traceback() : error.type() + ": " + error.message());
    }
    return text.toString().stripTrailing();
  }

  private static StringBuilder separate(StringBuilder text) {
    boolean midLine = text.length() > 0 && text.charAt(text.length() - 1) != '\n';
    return midLine ? text.append('\n') : text;
  }
}
