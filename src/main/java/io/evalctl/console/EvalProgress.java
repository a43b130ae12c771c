package io.evalctl.console;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * How far a run is.
 *
 * @param done samples that are finished, {@code passed} of {@code total}
 * @param secondsPerSample 0 where none has run yet
 * @param costUsd null where it is not known
 */
record EvalProgress(int done, int passed, int total, double secondsPerSample, BigDecimal costUsd) {

  /** Passed, rate, time left, cost where it is known; nothing before the first sample. */
  String text() {
    if (done == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            " · %d/%d passed (%s%%)",
            passed,
            done,
            Percent.number((double) passed / done)));
    if (secondsPerSample > 0) {
      text.append(
          " · about %s left"
              .formatted(Seconds.limit(Math.ceil(secondsPerSample * (total - done)))));
    }
    if (costUsd != null) {
      text.append(" · ").append(Dollars.of(costUsd));
    }
    return text + " ·";
  }
}
