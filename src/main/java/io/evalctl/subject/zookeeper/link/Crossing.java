package io.evalctl.subject.zookeeper.link;

import java.time.Duration;

/**
 * What became of a probe's message.
 *
 * @param outcome whether it came across
 * @param time how long it took, to the last byte; if it did not arrive, how long it was looked for
 */
public record Crossing(Outcome outcome, Duration time) {
  /** Whether a message came across. */
  public enum Outcome {
    ARRIVED,
    /** It did not arrive, and its connection stands. */
    SILENT,
    /** There is no connection: it broke, or could not be made. */
    BROKEN
  }

  public boolean arrived() {
    return outcome == Outcome.ARRIVED;
  }

  public boolean silent() {
    return outcome == Outcome.SILENT;
  }
}
