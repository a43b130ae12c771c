package io.evalctl.campaign;

import io.evalctl.clock.TimeSource;
import io.evalctl.results.ResultsStore;

/** Runs single trials. Not thread-safe. */
final class TrialRunner {
  private final TrialContext context;

  TrialRunner(
      CampaignPlan plan,
      OpenedSubject opened,
      ResultsStore store,
      CampaignListener listener,
      TimeSource time) {
    this.context = new TrialContext(plan, opened, store, listener, time);
  }

  /**
   * Runs one trial and stores it, whatever came of it; everything it made is gone afterwards.
   *
   * @throws io.evalctl.error.EvalctlException INTERRUPTED: then nothing is stored, but the fault is
   *     undone and the operator ended all the same
   */
  FinishedTrial run(TrialSpec spec) {
    return new TrialRun(context, spec).run();
  }
}
