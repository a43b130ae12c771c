package io.evalctl.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.EvalCase;
import io.evalctl.eval.scorer.QueryAnswers;
import io.evalctl.eval.task.Spending;
import io.evalctl.eval.task.Task;
import io.evalctl.eval.task.TaskContext;
import io.evalctl.eval.task.TaskResult;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.Redactor;
import io.evalctl.results.EvalSampleRow;
import io.evalctl.results.Json;
import io.evalctl.template.CloneLease;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One case, once: its database, its task, its scores, its row. Used once, by one thread.
 *
 * <p>What is wrong with the case becomes a row with an error. What is wrong with the world, and
 * would spoil the next case too, is thrown.
 */
final class SampleRun {
  private static final Duration DATABASE_LIMIT = Duration.ofMinutes(10);
  private static final Duration FIXTURE_LIMIT = Duration.ofMinutes(10);
  static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(10);
  static final Duration SCORER_LIMIT = Duration.ofMinutes(2);

  private final EvalPlan plan;
  private final EvalResources resources;
  private final EvalListener listener;
  private final TimeSource time;
  private final Task task;
  private final String modelName;
  private final EvalCase evalCase;
  private final int epoch;
  private final Spending spending = new Spending();
  private final Spending judging = new Spending();
  private final QueryAnswers queries = QueryAnswers.fresh();

  private SampleStatus status = SampleStatus.ERROR;
  private TaskResult result;
  private Scoring scoring = new Scoring(List.of(), null);
  private Failure failure;
  private Duration taskTime = Duration.ZERO;
  private Double cloneMs;
  private Redactor redactor;

  private record Failure(String code, String message) {}

  SampleRun(
      EvalPlan plan,
      EvalResources resources,
      EvalListener listener,
      TimeSource time,
      Task task,
      String modelName,
      EvalCase evalCase,
      int epoch) {
    this.plan = plan;
    this.resources = resources;
    this.listener = listener;
    this.time = time;
    this.task = task;
    this.modelName = modelName;
    this.evalCase = evalCase;
    this.epoch = epoch;
    this.redactor = resources.models().redactor();
  }

  /**
   * @throws EvalctlException what ends the whole run: see {@link Hopeless}
   */
  EvalSampleRow run(long runId, ChatModel model) {
    Instant startedAt = time.now();
    // Where one case gets no database none does.
    try (CloneLease lease = lease()) {
      attempt(lease, model, runId);
      requireUndisturbed();
      if (lease != null && !scoring.passed(status)) {
        lease.requireServer();
      }
    }
    return row(runId, startedAt);
  }

  private void attempt(CloneLease lease, ChatModel model, long runId) {
    try (SampleDirectory directory = SampleDirectory.create(resources.directory())) {
      load(lease);
      work(model, lease, directory.path(), trace(runId));
      score(lease);
    } catch (EvalctlException e) {
      Hopeless.rethrow(e);
      failed(e.code().name(), Scoring.withHint(e));
    } catch (LlmException e) {
      Hopeless.rethrow(e);
      failed(e.error().code().name(), describe(e));
    }
  }

  /**
   * An interrupt makes reading and writing fail, too, and whoever ends evalctl may have hit the
   * programs of the case: what went wrong then says nothing about it.
   */
  private void requireUndisturbed() {
    if (Thread.currentThread().isInterrupted() && !scoring.passed(status)) {
      throw EvalctlException.interrupted("running case " + evalCase.name());
    }
  }

  private CloneLease lease() {
    if (!evalCase.usesDatabase() || plan.template() == null) {
      return null;
    }
    listener.activity(evalCase.name(), epoch, "database", DATABASE_LIMIT);
    CloneLease lease =
        resources.databases().get().lease(plan.template(), Deadline.in(DATABASE_LIMIT, time));
    cloneMs = lease.waited().toNanos() / 1e6;
    redactor = redactor.and(lease.environment().get("PGPASSWORD"));
    return lease;
  }

  private void load(CloneLease lease) {
    if (lease != null && evalCase.fixture() != null) {
      listener.activity(evalCase.name(), epoch, "fixture", FIXTURE_LIMIT);
      lease.load(evalCase.fixture(), Deadline.in(FIXTURE_LIMIT, time));
    }
  }

  private void work(ChatModel model, CloneLease lease, Path directory, Path trace) {
    Duration limit = plan.limits().time() == null ? DEFAULT_TIME_LIMIT : plan.limits().time();
    listener.activity(evalCase.name(), epoch, plan.dataset().task().label(), limit);
    long start = time.nanoTime();
    try {
      result =
          task.run(
              new TaskContext(
                  evalCase,
                  resources.runId(),
                  modelName,
                  model,
                  lease,
                  plan.limits(),
                  Deadline.in(limit, time),
                  spending,
                  directory,
                  trace));
      status =
          result.lost()
              ? SampleStatus.SANDBOX_LOST
              : result.limit() != null ? SampleStatus.LIMIT : SampleStatus.FINISHED;
    } finally {
      taskTime = Duration.ofNanos(time.nanoTime() - start);
    }
  }

  private void score(CloneLease lease) {
    if (status.failed()) {
      failure = new Failure(ErrorCode.SANDBOX_LOST.name(), "the sandbox died, twice");
      return;
    }
    listener.activity(evalCase.name(), epoch, "scoring", SCORER_LIMIT);
    scoring =
        Scoring.of(
            evalCase.scorers(),
            () ->
                new SampleEvidence(
                    evalCase,
                    result,
                    plan.dataset().directory(),
                    lease,
                    queries,
                    "the case has no database",
                    resources.models(),
                    EvalRunner.occasion(evalCase, epoch),
                    judging,
                    modelName,
                    Deadline.in(SCORER_LIMIT, time)));
    scoring.problem().ifPresent(Hopeless::rethrow);
    if (scoring.failure() != null) {
      status = SampleStatus.SCORER_ERROR;
      failure = new Failure(scoring.failure().code().name(), scoring.failure().getMessage());
    } else if (status == SampleStatus.LIMIT) {
      failure =
          new Failure(ErrorCode.LIMIT_REACHED.name(), "the " + result.limit() + " limit ended it");
    }
  }

  private void failed(String code, String message) {
    status = SampleStatus.ERROR;
    failure = new Failure(code, message);
    scoring = new Scoring(List.of(), null);
  }

  private static String describe(LlmException e) {
    String details = e.error().details();
    return e.error().message()
        + (details == null || details.isBlank()
            ? ""
            : ": " + details.lines().findFirst().orElse(""));
  }

  private Path trace(long runId) {
    return resources.traces() == null
        ? null
        : resources.traces().resolve("run-%d".formatted(runId)).resolve(traceName());
  }

  private String traceName() {
    return "%s-%d.jsonl".formatted(evalCase.name().replaceAll("[^A-Za-z0-9._-]", "_"), epoch);
  }

  private EvalSampleRow row(long runId, Instant startedAt) {
    return new EvalSampleRow(
        0,
        runId,
        evalCase.name(),
        epoch,
        status.label(),
        redactor.redact(output()).toString(),
        failure == null ? null : failure.code(),
        failure == null ? null : redactor.redact(failure.message()),
        startedAt,
        time.now(),
        taskTime.toMillis(),
        spending.inputTokens(),
        spending.outputTokens(),
        spending.reasoningTokens(),
        spending.cachedTokens(),
        cost(),
        cloneMs,
        result == null || result.trace() == null ? null : result.trace().toString(),
        scoring.passed(status),
        scoring.value(status),
        scoring.scores().stream()
            .map(
                score ->
                    new EvalSampleRow.Score(
                        score.scorer(),
                        score.value(),
                        score.passed(),
                        redactor.redact(score.reason())))
            .toList());
  }

  private java.math.BigDecimal cost() {
    if (judging.none()) {
      return spending.costUsd();
    }
    if (spending.none()) {
      return judging.costUsd();
    }
    return spending.costUsd() == null || judging.costUsd() == null
        ? null
        : spending.costUsd().add(judging.costUsd());
  }

  private ObjectNode output() {
    ObjectNode node = Json.object();
    if (result != null) {
      node.set("output", result.output());
      node.put("limit", result.limit());
      node.set("detail", result.detail());
    }
    if (!queries.json().isEmpty()) {
      node.set("queries", queries.json());
    }
    if (!judging.none()) {
      node.putObject("judging")
          .put("inputTokens", judging.inputTokens())
          .put("outputTokens", judging.outputTokens())
          .put("costUsd", judging.costUsd());
    }
    return node;
  }
}
