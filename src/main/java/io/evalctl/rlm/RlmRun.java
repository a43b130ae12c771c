package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Durations;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatOptions;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.sandbox.Execution;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The loop of one query: ask, run the code, tell what came of it. Used by one thread. */
final class RlmRun {
  /** What the code keeps for the case that it is stopped, if it is something new. */
  private static final String TAKE_PARTIAL =
      """
      if (isinstance(globals().get("answer"), dict) and answer.get("content")
              and answer["content"] is not globals().get("_kept")):
          _kept = answer["content"]
          FINAL(_kept)
      """;

  private static final Duration PARTIAL_TIMEOUT = Duration.ofSeconds(5);

  private final ChatModel root;
  private final RlmLimits limits;
  private final Deadline deadline;
  private final QuerySandbox sandbox;
  private final HostFunctions host;
  private final Allowance allowance;
  private final RlmListener listener;
  private final Trace trace;
  private final History history;
  private int iteration;
  private int failures;
  private JsonNode kept;
  private String reply;

  RlmRun(
      RlmQuery query,
      ChatModel root,
      RlmLimits limits,
      Deadline deadline,
      QuerySandbox sandbox,
      HostFunctions host,
      Allowance allowance,
      RlmListener listener,
      Trace trace) {
    this.root = root;
    this.limits = limits;
    this.deadline = deadline;
    this.sandbox = sandbox;
    this.host = host;
    this.allowance = allowance;
    this.listener = listener;
    this.trace = trace;
    this.history =
        new History(Prompts.system(query, limits), Prompts.question(query), limits.windowTokens());
  }

  /**
   * Runs it to its end. Whatever ends it but an answer, the best partial answer is in the ending.
   *
   * @throws EvalctlException INTERRUPTED, or that the trace cannot be written
   */
  Ending run() {
    Ending ending;
    try {
      sandbox.setUp(host.functions(), deadline);
      do {
        ending = iterate();
      } while (ending == null);
    } catch (EvalctlException e) {
      if (e.code() != ErrorCode.SANDBOX_LOST) {
        throw e;
      }
      error(e.code().name(), e.getMessage());
      ending = Ending.sandboxLost(e.getMessage());
    }
    return ending.status() == RlmResult.Status.FINISHED
        ? ending
        : new Ending(
            ending.status(),
            partial(ending.status()),
            ending.limit(),
            ending.problem(),
            ending.modelError());
  }

  int iterations() {
    return iteration;
  }

  private Ending iterate() {
    Ending limit = limit();
    if (limit != null) {
      return limit;
    }
    iteration++;
    listener.iterationStarted(iteration, limits.iterations());
    boolean shortened = history.fit();
    Deadline call = Calls.deadline(deadline, limits);
    CodeBlocks blocks;
    try {
      listener.step(RlmListener.Step.ASKING);
      ChatRequest request = ChatRequest.of(history.messages(), ChatOptions.DEFAULT);
      ChatResponse response = root.complete(request, call);
      BigDecimal cost = allowance.add(RlmListener.Caller.ROOT, root.id(), response);
      blocks = CodeBlocks.in(Calls.text(response));
      history.answered(response.content());
      generated(response, cost, blocks, shortened);
    } catch (LlmException e) {
      error(e.error().code().name(), e.getMessage());
      // the very same deadline: it was the query's time that was over, not the call's
      return e.error().code() == LlmErrorCode.TIMEOUT && call == deadline
          ? timeOver()
          : Ending.modelFailed(e.error());
    }
    return blocks.code().isEmpty() ? noCode(blocks) : run(blocks);
  }

  private Ending limit() {
    if (deadline.expired()) {
      return timeOver();
    }
    Allowance.Reached reached = allowance.reached();
    if (reached != null) {
      return Ending.limit(reached.status(), reached.limit());
    }
    if (failures >= limits.consecutiveErrors()) {
      return Ending.limit(
          RlmResult.Status.LIMIT_ERRORS, failures + " iterations in a row that came to nothing");
    }
    return iteration < limits.iterations()
        ? null
        : Ending.limit(RlmResult.Status.LIMIT_ITERATIONS, limits.iterations() + " iterations");
  }

  private Ending timeOver() {
    return Ending.limit(RlmResult.Status.LIMIT_TIME, Durations.format(limits.time()));
  }

  private Ending noCode(CodeBlocks blocks) {
    reply = blocks.unfinished() ? reply : blocks.prose();
    failures++;
    history.told(Replies.toNoCode(blocks, iteration, limits.iterations()));
    return null;
  }

  private Ending run(CodeBlocks blocks) {
    List<Feedback.Output> outputs = new ArrayList<>();
    int of = blocks.code().size();
    boolean failed = false;
    for (int number = 1; number <= of && !deadline.expired(); number++) {
      listener.step(RlmListener.Step.RUNNING_CODE);
      Duration timeout = shorter(limits.executeTimeout(), deadline.remaining());
      String code = blocks.code().get(number - 1);
      Execution execution;
      try {
        execution = sandbox.execute(code, timeout);
        host.throwIfInterrupted();
        ran(number, execution);
        if (execution.answer() != null) {
          return Ending.finished(execution.answer());
        }
        if (code.contains("answer")) {
          // now, since a block that is killed later takes its variables with it
          keepPartial();
        }
      } catch (EvalctlException e) {
        host.throwIfInterrupted();
        if (e.code() != ErrorCode.SANDBOX_LOST) {
          throw e;
        }
        error(e.code().name(), e.getMessage());
        listener.step(RlmListener.Step.REPLACING_SANDBOX);
        sandbox.replace(deadline, e);
        outputs.add(Replies.died(number, of));
        failed = true;
        break;
      }
      outputs.add(Replies.ran(number, of, execution, timeout));
      failed = execution.status() != Execution.Status.OK;
    }
    failures = failed ? failures + 1 : 0;
    history.told(Replies.toCode(blocks, outputs, iteration, limits.iterations()));
    return null;
  }

  private JsonNode partial(RlmResult.Status status) {
    if (status != RlmResult.Status.SANDBOX_LOST) {
      try {
        keepPartial();
      } catch (EvalctlException e) {
        if (e.code() != ErrorCode.SANDBOX_LOST) {
          throw e;
        }
        error(e.code().name(), e.getMessage());
      }
    }
    return kept != null || reply == null ? kept : JsonNodeFactory.instance.textNode(reply);
  }

  private void keepPartial() {
    JsonNode content = sandbox.execute(TAKE_PARTIAL, PARTIAL_TIMEOUT).answer();
    kept = content == null ? kept : content;
  }

  private void generated(
      ChatResponse response, BigDecimal cost, CodeBlocks blocks, boolean shortened) {
    ObjectNode line = Json.object().put("iteration", iteration).put("text", response.text());
    blocks.code().forEach(line.putArray("code")::add);
    line.put("historyShortened", shortened).setAll(Calls.facts(response, cost));
    trace.write("code_generated", line);
  }

  private void ran(int number, Execution execution) {
    ObjectNode line =
        Json.object()
            .put("iteration", iteration)
            .put("block", number)
            .put("status", execution.status().name().toLowerCase(Locale.ROOT))
            .put("stdout", execution.stdout())
            .put("stderr", execution.stderr())
            .put("truncated", execution.truncated());
    if (execution.error() != null) {
      line.putObject("error")
          .put("type", execution.error().type())
          .put("message", execution.error().message())
          .put("traceback", execution.error().traceback());
    }
    trace.write("code_output", line.put("final", execution.answer() != null));
  }

  private void error(String code, String message) {
    trace.write(
        "error",
        Json.object().put("iteration", iteration).put("code", code).put("message", message));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
