package io.evalctl.campaign;

import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessOwner;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunStatus;
import io.evalctl.subject.EvalSubject;
import io.evalctl.text.Plural;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Runs the campaigns of one plan on one subject, trial after trial; each is committed before the
 * next starts. Not thread-safe.
 */
final class CampaignRunner {
  /**
   * What a repetition will not mend: when nothing has succeeded yet, the run ends with the error.
   */
  private static final Set<ErrorCode> HOPELESS =
      EnumSet.of(
          ErrorCode.OPERATOR_START,
          ErrorCode.OPERATOR_DATABASE,
          ErrorCode.SUBJECT_START,
          ErrorCode.PROCESS_START,
          ErrorCode.PORT_TAKEN,
          ErrorCode.UNKNOWN_PARAMETER,
          ErrorCode.FILE_UNWRITABLE);

  private final CampaignPlan plan;
  private final EvalSubject subject;
  private final ResultsStore store;
  private final TrialRunner trials;
  private final CampaignListener listener;
  private final TimeSource time;

  CampaignRunner(
      CampaignPlan plan,
      EvalSubject subject,
      ResultsStore store,
      TrialRunner trials,
      CampaignListener listener,
      TimeSource time) {
    this.plan = plan;
    this.subject = subject;
    this.store = store;
    this.trials = trials;
    this.listener = listener;
    this.time = time;
  }

  /**
   * Runs what is missing of each campaign.
   *
   * @param campaigns the stored rows of the plan's steps, in their order
   * @throws EvalctlException INCOMPLETE when too many trials were invalid, INTERRUPTED, or what
   *     ended the run
   */
  void run(List<CampaignRow> campaigns) {
    for (int i = 0; i < campaigns.size(); i++) {
      run(campaigns.get(i), plan.chaos().get(i));
    }
  }

  private void run(CampaignRow campaign, ChaosStep step) {
    CampaignProgress progress =
        CampaignProgress.of(store.trials().ofCampaign(campaign.id()), plan.maxInvalid());
    listener.campaignStarted(campaign, plan, step, progress.done());
    if (campaign.status() == RunStatus.COMPLETE) {
      listener.campaignFinished(campaign);
      return;
    }
    store.campaigns().reopen(campaign.id(), ProcessOwner.self());
    store.campaigns().setTopology(campaign.id(), subject.topology().toString());
    for (int ordinal = 1; ordinal <= plan.trials(); ordinal++) {
      for (Arm arm : plan.arms(step)) {
        while (!progress.has(ordinal, arm)) {
          runOne(campaign, step, ordinal, arm, progress);
        }
      }
    }
    store.campaigns().end(campaign.id(), RunStatus.COMPLETE, time.now());
    listener.campaignFinished(store.campaigns().find(campaign.id()).orElseThrow());
  }

  private void runOne(
      CampaignRow campaign, ChaosStep step, int ordinal, Arm arm, CampaignProgress progress) {
    if (progress.ranThisTime() > 0 && !plan.cooldown().isZero()) {
      listener.phaseStarted(Phase.COOLDOWN, plan.cooldown());
      Waiter.pause("the cooldown", plan.cooldown(), time);
    }
    TrialSpec trial =
        new TrialSpec(
            campaign.id(),
            step,
            arm,
            ordinal,
            progress.nextAttempt(ordinal, arm),
            Seeds.ofTrial(plan.seed(), ordinal));
    listener.trialStarted(trial);
    FinishedTrial finished = trials.run(trial);
    progress.add(finished.row());
    boolean harmUnknown =
        arm == Arm.AGENT
            && plan.arms(step).contains(Arm.BASELINE)
            && !progress.has(ordinal, Arm.BASELINE);
    listener.trialFinished(
        // What the subject does to itself shows when the baseline's trial has run.
        harmUnknown
            ? finished.row().withFindings("{}", finished.row().flagsJson())
            : finished.row(),
        progress.position());
    if (finished.failure() != null) {
      stopIfHopeless(finished.failure(), campaign, progress);
    }
  }

  private void stopIfHopeless(
      EvalctlException failure, CampaignRow campaign, CampaignProgress progress) {
    boolean hopeless = HOPELESS.contains(failure.code()) && progress.done() == 0;
    if (hopeless || failure.code() == ErrorCode.FAULT_NOT_UNDONE) {
      throw failure;
    }
    if (progress.tooManyInvalid()) {
      throw new EvalctlException(
          ErrorCode.INCOMPLETE,
          "%s, more than --max-invalid %d allows; the last one: %s"
              .formatted(
                  Plural.of(progress.invalid(), "invalid trial"),
                  plan.maxInvalid(),
                  failure.getMessage()),
          "continue with evalctl campaign --resume " + campaign.reference());
    }
  }
}
