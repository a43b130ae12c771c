package io.evalctl.console;

import io.evalctl.eval.SampleStatus;
import io.evalctl.results.EvalSampleRow;
import java.util.List;

/** The one line that a sample has, while it runs and when it is done. */
final class SampleLines {
  private static final int LONGEST_REASON = 160;

  private final Style style;
  private final int total;
  private final int epochs;
  private final int nameWidth;

  /**
   * @param names of the cases, for the width of their column
   */
  SampleLines(Style style, int total, int epochs, List<String> names) {
    this.style = style;
    this.total = total;
    this.epochs = epochs;
    this.nameWidth = names.stream().mapToInt(name -> label(name, epochs).length()).max().orElse(0);
  }

  String running(int position, String caseName, int epoch, String activity, String progress) {
    return "  %s %s  %s  %s%s"
        .formatted(style.accent("▸"), number(position), label(caseName, epoch), activity, progress);
  }

  String finished(EvalSampleRow sample, int position) {
    SampleStatus status = SampleStatus.parse(sample.status());
    return "  %s %s  %s  %s  %s%s"
        .formatted(
            status.failed() ? style.warn("!") : sample.passed() ? style.good("✓") : style.bad("✗"),
            number(position),
            pad(label(sample.caseName(), sample.epoch())),
            duration(sample.durationMs()),
            verdict(sample, status),
            remark(sample));
  }

  private String verdict(EvalSampleRow sample, SampleStatus status) {
    if (status.failed()) {
      return style.warn(status.label());
    }
    String word = sample.passed() ? style.good("passed") : style.bad("failed");
    return status == SampleStatus.LIMIT ? word + " (limit)" : word;
  }

  /** Why it did not pass. */
  private static String remark(EvalSampleRow sample) {
    String reason = null;
    if (sample.errorMessage() != null) {
      reason = sample.errorMessage();
    } else if (!sample.passed()) {
      reason =
          sample.scores().stream()
              .filter(score -> !score.passed())
              .map(score -> score.scorer() + ": " + score.reason())
              .findFirst()
              .orElse(null);
    }
    if (reason == null) {
      return "";
    }
    String line = reason.strip().replaceAll("\\s+", " ");
    return "  "
        + (line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON - 1) + "…" : line);
  }

  private String label(String caseName, int epoch) {
    return epochs > 1 ? caseName + " #" + epoch : caseName;
  }

  private String pad(String text) {
    return text + " ".repeat(Math.max(0, nameWidth - text.length()));
  }

  private static String duration(long milliseconds) {
    String text = Seconds.of(milliseconds);
    return " ".repeat(Math.max(0, 6 - text.length())) + text;
  }

  private String number(int position) {
    int width = Integer.toString(total).length();
    return ("%" + width + "d/%d").formatted(position, total);
  }
}
