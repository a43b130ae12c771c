package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.text.Json;
import java.time.Duration;

/**
 * How far a batch is.
 *
 * @param total inputs in the file
 * @param finishedBefore inputs that an earlier run answered
 * @param answered inputs that this run answered
 * @param failed how many of them, and of those before, without success
 * @param retryable how many of those failed in a way in which another try can help
 * @param elapsed in this run
 */
public record BatchProgress(
    long total, long finishedBefore, long answered, long failed, long retryable, Duration elapsed) {

  /** Answers of this run in a second. */
  public double rate() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds <= 0 ? 0 : answered / seconds;
  }

  /** Inputs without an answer. */
  public long open() {
    return total - finishedBefore - answered;
  }

  /**
   * As the summary of a batch: {@code {success, batch{...}}}.
   *
   * @param out where the answers are
   */
  public ObjectNode json(String out) {
    ObjectNode node = Json.object().put("success", failed == 0 && open() == 0);
    node.putObject("batch")
        .put("out", out)
        .put("total", total)
        .put("finishedBefore", finishedBefore)
        .put("answered", answered)
        .put("failed", failed)
        .put("failedRetryable", retryable)
        .put("elapsedMs", elapsed.toMillis())
        .put("ratePerSecond", Math.round(rate() * 10) / 10.0);
    return node;
  }
}
