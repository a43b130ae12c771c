package io.evalctl.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunReference;
import io.evalctl.results.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Starts runs of datasets and goes on with interrupted ones. Not thread-safe. */
public final class EvalLauncher {
  private final ResultsStore store;
  private final EvalResources resources;
  private final ErrorBudget errorBudget;
  private final Duration timeout;
  private final EvalListener listener;
  private final TimeSource time;

  /**
   * @param timeout after which no further sample is started, or null
   */
  public EvalLauncher(
      ResultsStore store,
      EvalResources resources,
      ErrorBudget errorBudget,
      Duration timeout,
      EvalListener listener,
      TimeSource time) {
    this.store = store;
    this.resources = resources;
    this.errorBudget = errorBudget;
    this.timeout = timeout;
    this.listener = listener;
    this.time = time;
  }

  /** What a stored run was asked for. */
  public static EvalRequest requestOf(ResultsStore store, long runId) {
    return EvalRequest.read(Json.parse(store.evalRuns().require(runId).configJson()));
  }

  /**
   * Runs a new plan: every model in turn.
   *
   * @param environment what it runs on, for the record
   * @return the runs as they stand at the end; with more errors than are borne, they stand where
   *     that was seen
   */
  public List<EvalRunRow> start(EvalPlan plan, ObjectNode environment) {
    String group = UUID.randomUUID().toString();
    Instant now = time.now();
    List<EvalRunRow> rows =
        plan.models().stream().map(model -> row(plan, model, group, now, environment)).toList();
    return run(plan, store.evalRuns().insert(rows));
  }

  /**
   * Runs what is missing of the runs that were started together with this one.
   *
   * @throws EvalctlException UNKNOWN_RUN; RESUME_MISMATCH when the dataset is another by now, or
   *     another evalctl is at it
   */
  public List<EvalRunRow> resume(long runId, EvalPlan plan) {
    EvalRunRow run = store.evalRuns().require(runId);
    List<EvalRunRow> runs = store.evalRuns().ofGroup(run.groupId());
    for (EvalRunRow other : runs) {
      if (other.status() == RunStatus.RUNNING && !other.owner().dead()) {
        throw new EvalctlException(
            ErrorCode.RESUME_MISMATCH,
            "%s is being run by process %d"
                .formatted(other.reference(), other.owner().process().pid()),
            "wait for it, or end it first");
      }
    }
    if (!run.datasetSha256().equals(plan.dataset().sha256())) {
      throw new EvalctlException(
          ErrorCode.RESUME_MISMATCH,
          "dataset %s, or a file that it names, has changed since %s"
              .formatted(plan.dataset().file(), run.reference()),
          "put it back as it was, or start a new run");
    }
    return run(plan, runs);
  }

  private List<EvalRunRow> run(EvalPlan plan, List<EvalRunRow> runs) {
    Deadline deadline = timeout == null ? null : Deadline.in(timeout, time);
    EvalRunner runner =
        new EvalRunner(
            plan,
            resources,
            store,
            new Tasks(resources, time),
            errorBudget,
            deadline,
            listener,
            time);
    List<Long> ids = runs.stream().map(EvalRunRow::id).toList();
    try {
      runs.forEach(runner::run);
    } catch (RuntimeException e) {
      interrupted(ids, e);
      boolean givenUp =
          e instanceof EvalctlException known && known.code() == ErrorCode.THRESHOLD_NOT_MET;
      if (!givenUp) {
        throw resumable(e, ids.get(0));
      }
    }
    return ids.stream().map(id -> store.evalRuns().find(id).orElseThrow()).toList();
  }

  /** A store that cannot take it is put right by the next evalctl: the owner is dead then. */
  private void interrupted(List<Long> ids, RuntimeException reason) {
    try {
      for (long id : ids) {
        if (store.evalRuns().find(id).orElseThrow().status() == RunStatus.RUNNING) {
          store.evalRuns().end(id, RunStatus.INTERRUPTED, time.now());
        }
      }
    } catch (EvalctlException e) {
      reason.addSuppressed(e);
    }
  }

  private static RuntimeException resumable(RuntimeException e, long runId) {
    if (!(e instanceof EvalctlException known)) {
      return e;
    }
    boolean more = known.code().kind() == ErrorKind.ENVIRONMENT && known.hint() != null;
    if (known.hint() != null && !more && known.code() != ErrorCode.INTERRUPTED) {
      return e;
    }
    return new EvalctlException(
        known.code(),
        known.getMessage(),
        (more ? known.hint() + "; " : "")
            + "finished samples are stored; continue with evalctl eval --resume "
            + RunReference.eval(runId),
        known);
  }

  private static EvalRunRow row(
      EvalPlan plan, String model, String group, Instant now, ObjectNode environment) {
    return new EvalRunRow(
        0,
        plan.dataset().name() + "_" + model,
        group,
        plan.request().dataset(),
        plan.dataset().sha256(),
        model,
        plan.dataset().task().label(),
        plan.epochs(),
        plan.samples(),
        null,
        RunStatus.RUNNING,
        now,
        null,
        plan.request().write().toString(),
        environment.toString(),
        ProcessOwner.self());
  }
}
