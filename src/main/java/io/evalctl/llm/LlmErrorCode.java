package io.evalctl.llm;

/** Why a call to a model failed, as a stable word; each says whether trying again can help. */
public enum LlmErrorCode {
  /** Throttled or overloaded. */
  RATE_LIMIT(true),
  /** The provider failed. */
  SERVER_ERROR(true),
  /** A connect or request deadline passed. */
  TIMEOUT(true),
  /** No name, no connection, a connection cut, a body cut short. */
  NETWORK_ERROR(true),
  /** Money or an allowance ran out. */
  QUOTA_EXCEEDED(false),
  /** The key was refused. */
  AUTH_ERROR(false),
  /** No such model or address. */
  NOT_FOUND(false),
  /** The request, or a probe's input, is wrong. */
  VALIDATION_ERROR(false),
  /** The model id names no provider that evalctl speaks to. */
  UNSUPPORTED_PROVIDER(false),
  /** No key for the provider in the environment. */
  MISSING_API_KEY(false),
  /** An answer without usable text: blocked, empty, or not the agreed JSON. */
  INVALID_RESPONSE(false),
  /** The rest. */
  UNKNOWN(false);

  private final boolean retryable;

  LlmErrorCode(boolean retryable) {
    this.retryable = retryable;
  }

  public boolean retryable() {
    return retryable;
  }
}
