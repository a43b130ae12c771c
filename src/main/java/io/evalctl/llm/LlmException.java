package io.evalctl.llm;

/** A call to a model failed; {@link #error()} says how. */
public final class LlmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient LlmError error;
  private final boolean unrecorded;

  public LlmException(LlmError error, Throwable cause) {
    this(error, cause, false);
  }

  private LlmException(LlmError error, Throwable cause, boolean unrecorded) {
    super(error.code() + ": " + error.message(), cause);
    this.error = error;
    this.unrecorded = unrecorded;
  }

  LlmException(LlmErrorCode code, String message) {
    this(LlmError.of(code, message, null), null);
  }

  LlmException(LlmErrorCode code, String message, String details) {
    this(LlmError.of(code, message, details), null);
  }

  /** A record that is played back holds no answer. */
  static LlmException unrecorded(String message) {
    return new LlmException(
        LlmError.of(
            LlmErrorCode.VALIDATION_ERROR,
            message,
            "record it again, with the same model, messages and options"),
        null,
        true);
  }

  /** Whether it is for want of a recorded answer, and no model was asked. */
  public boolean unrecorded() {
    return unrecorded;
  }

  public LlmError error() {
    return error;
  }
}
