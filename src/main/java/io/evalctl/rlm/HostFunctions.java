package io.evalctl.rlm;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.SandboxExecutor.HostFunction;
import io.evalctl.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the code in the sandbox may ask of this process. Every failure becomes the one exception
 * that the executor passes on, so that no answer is ever left out on its channel. Used by one
 * thread.
 */
final class HostFunctions {
  private final Map<String, HostFunction> functions = new LinkedHashMap<>();
  private final Trace trace;
  private EvalctlException interruption;

  /**
   * @param sql null for a query without a database
   */
  HostFunctions(SubCalls subCalls, HostFunction sql, RlmListener listener, Trace trace) {
    this.trace = trace;
    functions.put("llm_query", guarded("llm_query", subCalls::one));
    functions.put("llm_query_batched", guarded("llm_query_batched", subCalls::batch));
    if (sql != null) {
      HostFunction told =
          arguments -> {
            listener.step(RlmListener.Step.SQL);
            return sql.call(arguments);
          };
      functions.put("sql", guarded("sql", told));
    }
  }

  Map<String, HostFunction> functions() {
    return functions;
  }

  /**
   * The code may have caught what it was; the query ends all the same.
   *
   * @throws EvalctlException INTERRUPTED when a function was interrupted
   */
  void throwIfInterrupted() {
    if (interruption != null) {
      Thread.interrupted();
      throw interruption;
    }
  }

  private HostFunction guarded(String name, HostFunction function) {
    return arguments -> {
      try {
        return function.call(arguments);
      } catch (EvalctlException e) {
        if (e.code() == ErrorCode.INTERRUPTED) {
          interruption = e;
          // the executor shall not wait for the code either
          Thread.currentThread().interrupt();
        } else {
          failed(name, e);
        }
        throw e;
      } catch (RuntimeException e) {
        failed(name, e);
        throw new EvalctlException(
            ErrorCode.INTERNAL_ERROR, name + " failed in evalctl: " + e, null, e);
      }
    };
  }

  private void failed(String name, RuntimeException e) {
    trace.write(
        "error",
        Json.object().put("function", name).put("message", String.valueOf(e.getMessage())));
  }
}
