package io.evalctl.error;

/**
 * The one exception of evalctl. Its message says what failed and on which object; its hint says
 * what to do next. Neither ever holds a secret.
 */
public final class EvalctlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String hint;

  public EvalctlException(ErrorCode code, String message, String hint, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  public EvalctlException(ErrorCode code, String message, String hint) {
    this(code, message, hint, null);
  }

  /** A usage or configuration error. */
  public static EvalctlException usage(String message, String hint) {
    return new EvalctlException(ErrorCode.USAGE, message, hint);
  }

  /** The work was cancelled: a thread that waited was interrupted. */
  public static EvalctlException interrupted(String what) {
    return new EvalctlException(ErrorCode.INTERRUPTED, "interrupted while " + what, null);
  }

  public ErrorCode code() {
    return code;
  }

  /** What the reader can do about it, or null. */
  public String hint() {
    return hint;
  }
}
