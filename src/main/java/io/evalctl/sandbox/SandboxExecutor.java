package io.evalctl.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Python of one query's own, confined. Variables live from one block to the next. One thread uses
 * it; host functions are called on that thread, while a block runs.
 */
public interface SandboxExecutor {

  /**
   * Gives the code its world. Called once, before the first block.
   *
   * @param context what the code finds as {@code context}
   * @param variables more variables by name
   * @param functions what the code may ask of the host, by name: {@code llm_query}, {@code
   *     llm_query_batched}, {@code sql}; no others exist in the sandbox
   * @throws io.evalctl.error.EvalctlException SANDBOX_LOST
   */
  void setUp(
      List<String> context, Map<String, JsonNode> variables, Map<String, HostFunction> functions);

  /**
   * Runs a block.
   *
   * @param timeout after which the code's processes are killed; the executor lives on, without the
   *     variables. Time that a host function takes does not count
   * @throws io.evalctl.error.EvalctlException SANDBOX_LOST when the executor is gone or has broken
   *     the protocol; it is of no use after that, and is discarded when its lease is closed
   */
  Execution execute(String code, Duration timeout);

  /** Does what the code in the sandbox asks for. */
  @FunctionalInterface
  interface HostFunction {
    /**
     * @param arguments an array of the positional arguments, as JSON
     * @return the value that the call has in the sandbox
     * @throws io.evalctl.error.EvalctlException when it fails; the message is raised in the sandbox
     *     as a RuntimeError
     */
    JsonNode call(JsonNode arguments);
  }
}
