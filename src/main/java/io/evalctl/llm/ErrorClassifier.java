package io.evalctl.llm;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the code for an HTTP error: by structured words, then by status; by the message only where
 * a provider has no other way to say it, and then by a whole phrase.
 */
final class ErrorClassifier {

  /**
   * Money or an allowance ran out. OpenAI's codes: platform.openai.com, error codes; Anthropic's:
   * platform.claude.com, errors, {@code error.details.error_code}.
   */
  private static final Set<String> QUOTA =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded",
          "organization_usage_limit_exceeded",
          "billing_hard_limit_reached",
          "billing_not_active",
          "billing_error",
          "enforced_spend_limit_reached",
          "credit_balance_too_low",
          "insufficient_balance");

  private static final Set<String> THROTTLED =
      Set.of(
          "rate_limit_exceeded",
          "rate_limit_error",
          "rate_limited",
          "slow_down",
          "overloaded",
          "overloaded_error",
          "engine_overloaded",
          "service_tier_capacity_exceeded",
          "resource_exhausted");

  private static final Set<String> BAD_KEY = Set.of("api_key_invalid");

  /** xAI answers a bad key with a 400 and no code of its own. */
  private static final Pattern BAD_KEY_TEXT =
      Pattern.compile("incorrect api key provided|api key not valid", Pattern.CASE_INSENSITIVE);

  /** Anthropic and xAI tell an empty purse only in prose, with a 400, a 403 or a 429. */
  private static final Pattern QUOTA_TEXT =
      Pattern.compile(
          "credit balance is too low|reached your specified (workspace )?api usage limits"
              + "|used all available credits|reached its monthly spending limit"
              + "|doesn.t have any credits",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern THROTTLED_TEXT =
      Pattern.compile(
          "\\boverloaded\\b|rate limit (is |was |has been )?(exceeded|reached)",
          Pattern.CASE_INSENSITIVE);

  private ErrorClassifier() {}

  /**
   * @param status of the response; 2xx when an error came with a success status
   */
  static LlmErrorCode classify(int status, ErrorBody body) {
    if (body.says(QUOTA)) {
      return LlmErrorCode.QUOTA_EXCEEDED;
    }
    String message = body.message() == null ? "" : body.message();
    if ((status == 400 || status == 403 || status == 429) && QUOTA_TEXT.matcher(message).find()) {
      return LlmErrorCode.QUOTA_EXCEEDED;
    }
    if (status != 402 && body.says(THROTTLED)) {
      return LlmErrorCode.RATE_LIMIT;
    }
    if (status == 400 && (body.says(BAD_KEY) || BAD_KEY_TEXT.matcher(message).find())) {
      return LlmErrorCode.AUTH_ERROR;
    }
    if (status != 402 && THROTTLED_TEXT.matcher(message).find()) {
      return LlmErrorCode.RATE_LIMIT;
    }
    if (status < 300) {
      return body.status() == null ? LlmErrorCode.INVALID_RESPONSE : byStatus(body.status());
    }
    return byStatus(status);
  }

  private static LlmErrorCode byStatus(int status) {
    return switch (status) {
      case 400, 413, 422 -> LlmErrorCode.VALIDATION_ERROR;
      case 401, 403 -> LlmErrorCode.AUTH_ERROR;
      case 402 -> LlmErrorCode.QUOTA_EXCEEDED;
      // What is asked for is elsewhere, if anywhere.
      case 301, 302, 303, 307, 308, 404 -> LlmErrorCode.NOT_FOUND;
      case 408, 409 -> LlmErrorCode.SERVER_ERROR;
      case 429 -> LlmErrorCode.RATE_LIMIT;
      default -> status >= 500 && status <= 599 ? LlmErrorCode.SERVER_ERROR : LlmErrorCode.UNKNOWN;
    };
  }
}
