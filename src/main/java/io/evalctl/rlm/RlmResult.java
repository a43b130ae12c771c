package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.Usage;
import java.util.Locale;

/**
 * What came of a query.
 *
 * @param answer the final value, JSON null included; with any status but {@code FINISHED} the best
 *     partial answer: what the code has put into {@code answer["content"]}, else the text that the
 *     model wrote last. Null when there is none
 * @param limit the limit that was reached, in words, or null
 * @param problem what ended it, for {@code SANDBOX_LOST} and {@code MODEL_FAILED}, or null
 * @param modelError the error of the root model, for {@code MODEL_FAILED}, or null
 * @param root tokens of the root model; calls that failed have none
 * @param sub tokens of the sub-model
 * @param costUsd null when the cost of a call is unknown
 * @param iterations how often the root model was asked
 * @param subCalls how often the sub-model was asked
 * @param citations which quotations of the answer stand in the documents
 */
public record RlmResult(
    Status status,
    JsonNode answer,
    String limit,
    String problem,
    LlmError modelError,
    Usage root,
    Usage sub,
    Double costUsd,
    int iterations,
    int subCalls,
    Citations citations) {

  /** Why the query ended. */
  public enum Status {
    FINISHED,
    LIMIT_ITERATIONS,
    LIMIT_TIME,
    LIMIT_TOKENS,
    LIMIT_COST,
    LIMIT_SUB_CALLS,
    /** Too many iterations in a row that came to nothing. */
    LIMIT_ERRORS,
    /** The sandbox died, was replaced, and died again. */
    SANDBOX_LOST,
    /** The root model gave no usable answer. */
    MODEL_FAILED;

    /** As it stands in results: {@code limit-time}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public boolean isLimit() {
      return name().startsWith("LIMIT_");
    }
  }
}
