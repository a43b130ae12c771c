package io.evalctl.campaign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunReference;
import io.evalctl.results.RunStatus;
import io.evalctl.subject.EvalSubject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Starts runs and goes on with interrupted ones. Not thread-safe. */
public final class CampaignLauncher {
  private final ResultsStore store;
  private final SubjectOpener subjects;
  private final CampaignListener listener;
  private final TimeSource time;

  public CampaignLauncher(
      ResultsStore store, SubjectOpener subjects, CampaignListener listener, TimeSource time) {
    this.store = store;
    this.subjects = subjects;
    this.listener = listener;
    this.time = time;
  }

  /**
   * Runs a new plan.
   *
   * @param environment what it runs on: versions, kernel; for the record
   * @return the campaigns, one for each chaos type, as they stand at the end
   */
  public List<CampaignRow> start(CampaignPlan plan, ObjectNode environment) {
    String runId = UUID.randomUUID().toString();
    Instant now = time.now();
    List<CampaignRow> rows =
        plan.chaos().stream().map(step -> row(plan, step, runId, now, environment)).toList();
    return run(plan, () -> store.campaigns().insert(rows));
  }

  /**
   * The plan of the run that a campaign belongs to, for going on with it.
   *
   * @throws EvalctlException UNKNOWN_CAMPAIGN, RESUME_MISMATCH when another evalctl is at it
   */
  public static CampaignPlan planToResume(ResultsStore store, long campaignId) {
    CampaignRow campaign = store.campaigns().require(campaignId);
    if (campaign.status() == RunStatus.RUNNING && !campaign.owner().dead()) {
      throw new EvalctlException(
          ErrorCode.RESUME_MISMATCH,
          "%s is being run by process %d"
              .formatted(campaign.reference(), campaign.owner().process().pid()),
          "wait for it, or end it first");
    }
    return CampaignFile.plan((ObjectNode) Json.parse(campaign.configJson()));
  }

  /** How many trials of the run that a campaign belongs to are missing. */
  public static int missing(ResultsStore store, long campaignId) {
    Map<Long, Integer> valid = store.trials().validCounts();
    return store.campaigns().ofRun(store.campaigns().require(campaignId).runId()).stream()
        .mapToInt(row -> Math.max(0, row.trialCount() - valid.getOrDefault(row.id(), 0)))
        .sum();
  }

  /**
   * Runs what is missing of the run that a campaign belongs to.
   *
   * @throws EvalctlException as {@link #planToResume} does
   */
  public List<CampaignRow> resume(long campaignId) {
    CampaignPlan plan = planToResume(store, campaignId);
    List<CampaignRow> campaigns =
        store.campaigns().ofRun(store.campaigns().require(campaignId).runId());
    return campaigns.stream().allMatch(row -> row.status() == RunStatus.COMPLETE)
        ? campaigns
        : run(plan, () -> campaigns);
  }

  /**
   * @param rows gives the run's rows, once nothing more can be refused
   */
  private List<CampaignRow> run(CampaignPlan plan, Supplier<List<CampaignRow>> rows) {
    List<Long> ids = new ArrayList<>();
    try (OpenedSubject opened = subjects.open(plan)) {
      EvalSubject subject = opened.subject();
      plan.chaos().forEach(step -> requireOffered(subject, step));
      List<CampaignRow> campaigns = rows.get();
      campaigns.forEach(row -> ids.add(row.id()));
      TrialRunner trials = new TrialRunner(plan, opened, store, listener, time);
      new CampaignRunner(plan, subject, store, trials, listener, time).run(campaigns);
    } catch (RuntimeException e) {
      if (ids.isEmpty()) {
        throw e;
      }
      interrupted(ids, e);
      throw resumable(e, ids.get(0));
    }
    return ids.stream().map(id -> store.campaigns().find(id).orElseThrow()).toList();
  }

  /**
   * Whatever ended the run, none of its campaigns goes on. A store that cannot take that either is
   * put right by the next evalctl: the campaigns' owner is dead then.
   */
  private void interrupted(List<Long> ids, RuntimeException reason) {
    try {
      for (long id : ids) {
        if (store.campaigns().find(id).orElseThrow().status() == RunStatus.RUNNING) {
          store.campaigns().end(id, RunStatus.INTERRUPTED, time.now());
        }
      }
    } catch (EvalctlException e) {
      reason.addSuppressed(e);
    }
  }

  private static RuntimeException resumable(RuntimeException e, long campaignId) {
    return e instanceof EvalctlException known && known.code() == ErrorCode.INTERRUPTED
        ? new EvalctlException(
            ErrorCode.INTERRUPTED,
            known.getMessage(),
            "finished trials are stored; continue with evalctl campaign --resume "
                + RunReference.campaign(campaignId),
            known)
        : e;
  }

  private static void requireOffered(EvalSubject subject, ChaosStep step) {
    var type = step.request().type();
    subject.faults().preflight(step.request());
    if (!subject.faults().types().contains(type)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_CHAOS,
          "subject " + subject.name() + " does not offer chaos " + type,
          "it offers "
              + String.join(
                  ", ", subject.faults().types().stream().map(Object::toString).toList()));
    }
  }

  private static CampaignRow row(
      CampaignPlan plan, ChaosStep step, String runId, Instant now, ObjectNode environment) {
    List<Arm> arms = plan.arms(step);
    return new CampaignRow(
        0,
        plan.subject(),
        step.request().type().label(),
        plan.trials() * arms.size(),
        arms.equals(List.of(Arm.BASELINE)),
        now,
        plan.name(),
        runId,
        plan.seed(),
        plan.agent().toString(),
        null,
        RunStatus.RUNNING,
        null,
        CampaignFile.write(plan).toString(),
        "{}",
        environment.toString(),
        ProcessOwner.self());
  }
}
