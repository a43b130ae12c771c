package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.Execution;
import io.evalctl.sandbox.SandboxExecutor;
import io.evalctl.sandbox.SandboxLease;
import io.evalctl.sandbox.SandboxSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sandbox where each block of code does what the test says. */
final class FakeSandbox implements SandboxSource {
  /** What a block does. */
  interface Block {
    Execution run(Map<String, SandboxExecutor.HostFunction> functions);
  }

  static final Block LOST =
      functions -> {
        throw lost();
      };

  final List<String> ran = new ArrayList<>();
  final List<Duration> timeouts = new ArrayList<>();
  final List<List<String>> contexts = new ArrayList<>();
  int opened;
  int closed;
  boolean diesOfSetUp;

  /** What the second comer meets. */
  ErrorCode laterMissing;

  JsonNode partial;

  private final Map<String, Block> blocks = new HashMap<>();

  FakeSandbox on(String code, Block block) {
    blocks.put(code, block);
    return this;
  }

  static Block prints(String text) {
    return functions -> execution(Execution.Status.OK, text, null, null);
  }

  static Block ends(JsonNode answer) {
    return functions -> execution(Execution.Status.OK, "", null, answer);
  }

  static Block raises(String type) {
    return functions ->
        execution(
            Execution.Status.ERROR,
            "",
            new Execution.ExecutionError(type, "no", "Traceback: " + type + ": no"),
            null);
  }

  static Block gives(Execution.Status status) {
    return functions -> execution(status, "", null, null);
  }

  /** Calls a host function; what it gives is printed, what it throws is raised. */
  static Block calls(String function, Object... arguments) {
    return functions -> {
      try {
        JsonNode value = functions.get(function).call(array(arguments));
        return execution(Execution.Status.OK, value.toString(), null, null);
      } catch (EvalctlException e) {
        return execution(
            Execution.Status.ERROR,
            "",
            new Execution.ExecutionError("RuntimeError", e.getMessage(), ""),
            null);
      }
    };
  }

  static ArrayNode array(Object... elements) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Object element : elements) {
      array.add(
          element instanceof JsonNode node
              ? node
              : JsonNodeFactory.instance.textNode((String) element));
    }
    return array;
  }

  static Execution execution(
      Execution.Status status, String stdout, Execution.ExecutionError error, JsonNode answer) {
    return new Execution(status, stdout, "", false, error, answer);
  }

  private static EvalctlException lost() {
    return new EvalctlException(ErrorCode.SANDBOX_LOST, "the container is gone", null);
  }

  @Override
  public SandboxLease acquire(Deadline deadline) {
    if (opened > 0 && laterMissing != null) {
      throw new EvalctlException(laterMissing, "there is no other", null);
    }
    opened++;
    return new SandboxLease() {
      @Override
      public SandboxExecutor executor() {
        return new Executor();
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  private final class Executor implements SandboxExecutor {
    @Override
    public void setUp(
        List<String> context, Map<String, JsonNode> variables, Map<String, HostFunction> host) {
      if (diesOfSetUp) {
        throw lost();
      }
      contexts.add(context);
      functions = host;
    }

    @Override
    public Execution execute(String code, Duration timeout) {
      if (code.contains("FINAL(_kept)")) {
        return execution(Execution.Status.OK, "", null, partial);
      }
      ran.add(code.strip());
      timeouts.add(timeout);
      Block block = blocks.get(code.strip());
      if (block == null) {
        throw new AssertionError("no such block: " + code);
      }
      return block.run(functions);
    }
  }

  private Map<String, SandboxExecutor.HostFunction> functions;
}
