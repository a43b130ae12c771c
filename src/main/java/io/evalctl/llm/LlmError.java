package io.evalctl.llm;

import java.util.Objects;

/**
 * A failed call to a model. No string in it ever holds a key.
 *
 * @param details the provider's own words, or null
 * @param statusCode HTTP status, or null when none came
 * @param retryable whether trying again can help; the provider's word where it gave one, else the
 *     code's
 * @param attempts how often the request was sent; 0 when it never was
 * @param retryAfterMs how long the provider asks to wait, or null when it does not say
 * @param parameter the request parameter that the provider blames, or null
 */
public record LlmError(
    LlmErrorCode code,
    String message,
    String details,
    Integer statusCode,
    boolean retryable,
    int attempts,
    Long retryAfterMs,
    String parameter) {

  public LlmError {
    Objects.requireNonNull(code);
    Objects.requireNonNull(message);
  }

  /** An error of which nothing but the code and the message is known. */
  public static LlmError of(LlmErrorCode code, String message, String details) {
    return new LlmError(code, message, details, null, code.retryable(), 0, null, null);
  }

  LlmError withAttempts(int count) {
    return new LlmError(
        code, message, details, statusCode, retryable, count, retryAfterMs, parameter);
  }

  LlmError withStatus(int status) {
    return new LlmError(
        code, message, details, status, retryable, attempts, retryAfterMs, parameter);
  }

  LlmError redacted(Redactor redactor) {
    return new LlmError(
        code,
        redactor.redact(message),
        redactor.redact(details),
        statusCode,
        retryable,
        attempts,
        retryAfterMs,
        parameter);
  }
}
