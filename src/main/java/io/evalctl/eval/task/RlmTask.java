package io.evalctl.eval.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.CaseLimits;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.PriceTable;
import io.evalctl.llm.Redactor;
import io.evalctl.results.Json;
import io.evalctl.rlm.RlmEngine;
import io.evalctl.rlm.RlmLimits;
import io.evalctl.rlm.RlmListener;
import io.evalctl.rlm.RlmQuery;
import io.evalctl.rlm.RlmResult;
import io.evalctl.sandbox.SandboxSource;
import io.evalctl.template.CloneLease;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Lets a model answer by writing code over the case's documents, and over its database where it has
 * one. The sandbox is acquired when the task runs.
 */
public final class RlmTask implements Task {
  private final String system;
  private final Supplier<SandboxSource> sandboxes;
  private final Redactor redactor;
  private final TimeSource time;

  /**
   * @param system added to the engine's own system prompt, or null
   * @param redactor cleans the trace
   */
  public RlmTask(
      String system, Supplier<SandboxSource> sandboxes, Redactor redactor, TimeSource time) {
    this.system = system;
    this.sandboxes = sandboxes;
    this.redactor = redactor;
    this.time = time;
  }

  @Override
  public TaskResult run(TaskContext context) {
    CloneLease clone = context.database();
    RlmQuery query =
        new RlmQuery(
            context.evalCase().prompt(),
            documents(context.evalCase().documents()),
            Map.of(),
            clone == null ? null : clone::connect,
            system);
    RlmEngine engine =
        new RlmEngine(
            context.model(),
            context.model(),
            sandboxes.get(),
            limits(context),
            RlmListener.NONE,
            PriceTable::builtIn,
            clone == null ? redactor : redactor.and(clone.environment().get("PGPASSWORD")),
            time);
    RlmResult result = engine.query(query, prepared(context.trace()));
    context.spending().add(result);
    if (result.status() == RlmResult.Status.MODEL_FAILED) {
      throw new LlmException(result.modelError(), null);
    }
    return new TaskResult(
        result.answer(),
        result.status().isLimit() ? result.limit() : null,
        result.status() == RlmResult.Status.SANDBOX_LOST,
        detail(result),
        context.trace());
  }

  private static RlmLimits limits(TaskContext context) {
    CaseLimits limits = context.limits();
    RlmLimits all =
        RlmLimits.DEFAULT
            .withTime(context.deadline().remaining())
            .withTokens(limits.tokens())
            .withCostUsd(limits.cost());
    if (limits.messages() != null) {
      all = all.withIterations(Math.min(limits.messages(), all.iterations()));
    }
    return limits.executeTimeout() == null ? all : all.withExecuteTimeout(limits.executeTimeout());
  }

  private static List<String> documents(List<Path> files) {
    List<String> texts = new ArrayList<>();
    for (Path file : files) {
      try {
        texts.add(Files.readString(file));
      } catch (MalformedInputException e) {
        throw new EvalctlException(
            ErrorCode.TASK_FAILED, "document " + file + " is no text in UTF-8", null, e);
      } catch (IOException e) {
        throw new EvalctlException(
            ErrorCode.TASK_FAILED, "document " + file + " cannot be read: " + e, null, e);
      }
    }
    return texts;
  }

  /** A sample that runs anew, after a kill, has a trace of its own. */
  private static Path prepared(Path trace) {
    try {
      Files.createDirectories(trace.getParent());
      Files.deleteIfExists(trace);
      return trace;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "trace " + trace + " cannot be written: " + e.getMessage(),
          "set XDG_STATE_HOME to a directory that can be written to",
          e);
    }
  }

  private static ObjectNode detail(RlmResult result) {
    ObjectNode detail =
        Json.object()
            .put("ending", result.status().label())
            .put("iterations", result.iterations())
            .put("subCalls", result.subCalls())
            .put("problem", result.problem());
    detail
        .putObject("citations")
        .put("checked", result.citations().checked().size())
        .put("verified", result.citations().verified())
        .put("unchecked", result.citations().unchecked());
    return detail;
  }
}
