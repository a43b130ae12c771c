package io.evalctl.campaign;

import io.evalctl.results.CampaignRow;
import io.evalctl.results.TrialRow;
import java.time.Duration;

/** Hears how a run goes on; from the thread that runs it. */
public interface CampaignListener {

  /**
   * @param done trials that are there already, from an earlier run
   */
  void campaignStarted(CampaignRow campaign, CampaignPlan plan, ChaosStep step, int done);

  void trialStarted(TrialSpec trial);

  /** Something makes the measuring of the subject worse than it could be. */
  default void warned(String text) {}

  /** The fault is decided. */
  void targetChosen(String target, String role);

  /**
   * @param limit the longest it can take
   */
  void phaseStarted(Phase phase, Duration limit);

  /**
   * @param position from 1, over all arms
   */
  void trialFinished(TrialRow trial, int position);

  void campaignFinished(CampaignRow campaign);

  /** Hears nothing. */
  CampaignListener SILENT =
      new CampaignListener() {
        @Override
        public void campaignStarted(
            CampaignRow campaign, CampaignPlan plan, ChaosStep step, int done) {}

        @Override
        public void trialStarted(TrialSpec trial) {}

        @Override
        public void targetChosen(String target, String role) {}

        @Override
        public void phaseStarted(Phase phase, Duration limit) {}

        @Override
        public void trialFinished(TrialRow trial, int position) {}

        @Override
        public void campaignFinished(CampaignRow campaign) {}
      };
}
