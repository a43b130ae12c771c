package io.evalctl.llm;

/** A call to a model failed; {@link #error()} says how. */
public final class LlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient LlmError error;

  public LlmException(LlmError error, Throwable cause) {
    super(error.code() + ": " + error.message(), cause);
    this.error = error;
  }

  LlmException(LlmErrorCode code, String message) {
    this(LlmError.of(code, message, null), null);
  }

  LlmException(LlmErrorCode code, String message, String details) {
    this(LlmError.of(code, message, details), null);
  }

  public LlmError error() {
    return error;
  }
}
