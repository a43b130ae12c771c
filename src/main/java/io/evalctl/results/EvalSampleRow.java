package io.evalctl.results;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * A row of {@code eval_samples} with its scores: one case, once. What is unknown is null.
 *
 * @param id 0 before it is stored
 * @param epoch from 1
 * @param status how the task ended: finished, limit, error, sandbox-lost, scorer-error
 * @param outputJson what the task gave, and how it came to it
 * @param durationMs from the start of the task to the end of the last scorer
 * @param cloneMs how long the case waited for its database, in milliseconds
 * @param tracePath where the steps are written down, or null
 * @param passed whether it counts as passed
 * @param value mean of its scores' values, 0 to 1
 */
public record EvalSampleRow(
    long id,
    long runId,
    String caseName,
    int epoch,
    String status,
    String outputJson,
    String errorCode,
    String errorMessage,
    Instant startedAt,
    Instant endedAt,
    long durationMs,
    Long inputTokens,
    Long outputTokens,
    Long reasoningTokens,
    Long cachedTokens,
    BigDecimal costUsd,
    Double cloneMs,
    String tracePath,
    boolean passed,
    double value,
    List<Score> scores) {

  /**
   * A row of {@code eval_scores}.
   *
   * @param scorer its label
   * @param value 0 to 1
   */
  public record Score(String scorer, double value, boolean passed, String reason) {}

  public EvalSampleRow {
    scores = List.copyOf(scores);
  }

  /** The same sample, judged otherwise. */
  public EvalSampleRow withScores(
      String newStatus,
      String newErrorCode,
      String newErrorMessage,
      boolean nowPassed,
      double newValue,
      List<Score> newScores) {
    return new EvalSampleRow(
        id,
        runId,
        caseName,
        epoch,
        newStatus,
        outputJson,
        newErrorCode,
        newErrorMessage,
        startedAt,
        endedAt,
        durationMs,
        inputTokens,
        outputTokens,
        reasoningTokens,
        cachedTokens,
        costUsd,
        cloneMs,
        tracePath,
        nowPassed,
        newValue,
        newScores);
  }
}
