package io.evalctl.eval;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmException;
import java.util.EnumSet;
import java.util.Set;

/** Failures that say nothing about a case: the next one would meet the same. */
final class Hopeless {
  private static final Set<ErrorCode> CODES =
      EnumSet.of(
          ErrorCode.INTERRUPTED,
          ErrorCode.POSTGRES_START,
          ErrorCode.POSTGRES_UNREACHABLE,
          ErrorCode.POSTGRES_REFUSED,
          ErrorCode.MIGRATION_FAILED,
          ErrorCode.DOCKER_UNREACHABLE,
          ErrorCode.DOCKER_REFUSED,
          ErrorCode.SANDBOX_IMAGE,
          ErrorCode.SANDBOX_UNAVAILABLE,
          ErrorCode.FILE_UNWRITABLE,
          ErrorCode.PROCESS_START,
          ErrorCode.MODEL_FAILED);

  private Hopeless() {}

  /** Throws it, when it ends the run, or the model's error that a scorer met does. */
  static void rethrow(EvalctlException e) {
    if (CODES.contains(e.code())) {
      throw e;
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof LlmException llm) {
        rethrow(llm);
      }
    }
    if (e.getCause() instanceof EvalctlException cause) {
      rethrow(cause);
    }
  }

  /**
   * As above. A record that lacks an answer is no model's fault; a key that is refused, a model
   * that is not there and money that has run out stay so.
   */
  static void rethrow(LlmException e) {
    switch (e.error().code()) {
      case AUTH_ERROR, MISSING_API_KEY, UNSUPPORTED_PROVIDER, QUOTA_EXCEEDED, NOT_FOUND -> {
        throw failure(e);
      }
      default -> {
        if (e.unrecorded()) {
          throw failure(e);
        }
      }
    }
  }

  static EvalctlException failure(LlmException e) {
    return new EvalctlException(
        ErrorCode.MODEL_FAILED,
        "%s: %s".formatted(e.error().code(), e.error().message()),
        e.error().details(),
        e);
  }
}
