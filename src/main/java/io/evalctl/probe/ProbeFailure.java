package io.evalctl.probe;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmSettings;
import io.evalctl.text.Json;
import java.util.List;
import java.util.Map;

/** The output object of a probe that never came to run. */
public final class ProbeFailure {
  private ProbeFailure() {}

  /**
   * The error as the probe's one JSON object, free of keys.
   *
   * @param environment where the keys are
   */
  public static String json(EvalctlException e, Map<String, String> environment) {
    boolean asked = e.code().kind() == ErrorKind.USAGE || e.code() == ErrorCode.FILE_UNREADABLE;
    LlmErrorCode code = asked ? LlmErrorCode.VALIDATION_ERROR : LlmErrorCode.UNKNOWN;
    return Json.text(
        LlmSettings.of(environment)
            .redactor()
            .redact(
                ProbeJson.failure(
                    LlmError.of(code, String.valueOf(e.getMessage()), e.hint()), null, List.of())));
  }
}
