package io.evalctl.rlm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.ModelPrice;
import io.evalctl.llm.Redactor;
import io.evalctl.sandbox.SandboxSource;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers questions over documents that are too long for a prompt: a root model writes Python that
 * reads them in a sandbox and asks a sub-model about pieces (Zhang and Khattab, "Recursive Language
 * Models", 2025). Thread-safe; each query runs on the thread that calls.
 */
public final class RlmEngine {
  private static final Duration ACQUIRE = Duration.ofMinutes(2);

  private final ChatModel root;
  private final ChatModel sub;
  private final SandboxSource sandboxes;
  private final RlmLimits limits;
  private final RlmListener listener;
  private final Function<ModelId, Optional<ModelPrice>> prices;
  private final Redactor redactor;
  private final TimeSource time;

  /**
   * @param sub answers {@code llm_query}; may be the root model
   * @param prices such as {@code PriceTable::builtIn}
   * @param redactor cleans the trace
   * @throws EvalctlException INVALID_CONFIGURATION when the cost is limited and the price of a
   *     model is unknown
   */
  public RlmEngine(
      ChatModel root,
      ChatModel sub,
      SandboxSource sandboxes,
      RlmLimits limits,
      RlmListener listener,
      Function<ModelId, Optional<ModelPrice>> prices,
      Redactor redactor,
      TimeSource time) {
    this.root = root;
    this.sub = sub;
    this.sandboxes = sandboxes;
    this.limits = limits;
    this.listener = listener;
    this.prices = prices;
    this.redactor = redactor;
    this.time = time;
    requirePrice(root.id());
    requirePrice(sub.id());
  }

  /**
   * Answers a question.
   *
   * @param trace file that every step is appended to as a line of JSON, or null
   * @throws EvalctlException INTERRUPTED; FILE_UNWRITABLE for the trace; DATABASE_FAILED or
   *     INVALID_CONFIGURATION when there is no use in the database's connection; what {@link
   *     SandboxSource#acquire} throws when there is no sandbox at all, or no other for a dead one
   */
  public RlmResult query(RlmQuery query, Path trace) {
    try (Trace lines = Trace.open(trace, redactor, time)) {
      lines.write("header", TraceLines.header(query, root.id(), sub.id(), limits));
      Allowance allowance = new Allowance(limits, prices, listener);
      Deadline started = Deadline.in(limits.time(), time);
      try {
        RlmResult result = answer(query, allowance, lines);
        lines.write("summary", TraceLines.summary(result, started.elapsed()));
        return result;
      } catch (RuntimeException e) {
        failed(lines, e, allowance, started.elapsed());
        throw e;
      }
    }
  }

  private RlmResult answer(RlmQuery query, Allowance allowance, Trace trace) {
    try (QuerySandbox sandbox =
        QuerySandbox.acquire(sandboxes, query, Deadline.in(ACQUIRE, time))) {
      Deadline deadline = Deadline.in(limits.time(), time);
      SubModel model = new SubModel(sub, limits, deadline, allowance, listener, trace);
      try (SqlFunction sql =
              query.database() == null
                  ? null
                  : SqlFunction.open(query.database(), limits, deadline);
          SubCalls subCalls = new SubCalls(model)) {
        HostFunctions host = new HostFunctions(subCalls, sql, listener, trace);
        RlmRun run =
            new RlmRun(query, root, limits, deadline, sandbox, host, allowance, listener, trace);
        return result(query, run.run(), run.iterations(), allowance, trace);
      }
    }
  }

  private RlmResult result(
      RlmQuery query, Ending ending, int iterations, Allowance allowance, Trace trace) {
    trace.write("final_answer", TraceLines.answer(ending));
    listener.step(RlmListener.Step.CHECKING_CITATIONS);
    Citations citations =
        ending.answer() == null
            ? Citations.NONE
            : CitationCheck.check(ending.answer(), query.documents());
    trace.write("verification", TraceLines.verification(citations));
    BigDecimal cost = allowance.cost();
    return new RlmResult(
        ending.status(),
        ending.answer(),
        ending.limit(),
        ending.problem(),
        ending.modelError(),
        allowance.usage(RlmListener.Caller.ROOT),
        allowance.usage(RlmListener.Caller.SUB_CALL),
        cost == null ? null : (Double) cost.doubleValue(),
        iterations,
        allowance.subCalls(),
        citations);
  }

  /** A trace that cannot be written any more does not hide why the query ended. */
  private static void failed(
      Trace trace, RuntimeException e, Allowance allowance, Duration elapsed) {
    String code =
        e instanceof EvalctlException known ? known.code().name() : ErrorCode.INTERNAL_ERROR.name();
    try {
      ObjectNode error = Json.object().put("code", code).put("message", e.getMessage());
      trace.write("error", error);
      trace.write("summary", TraceLines.summary(code, allowance, elapsed));
    } catch (EvalctlException again) {
      e.addSuppressed(again);
    }
  }

  private void requirePrice(ModelId model) {
    if (limits.costUsd() != null && prices.apply(model).isEmpty()) {
      throw new EvalctlException(
          ErrorCode.INVALID_CONFIGURATION,
          "the cost cannot be limited: no price is known for " + model,
          "leave the cost limit out, or limit tokens");
    }
  }
}
