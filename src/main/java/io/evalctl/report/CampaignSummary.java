package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.campaign.TrialFlag;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.TrialRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A campaign in numbers, computed from its rows alone.
 *
 * @param planned trials planned, over all arms
 * @param valid trials that count as run
 * @param arms those that have trials
 */
public record CampaignSummary(CampaignRow campaign, int planned, int valid, List<ArmSummary> arms) {
  public CampaignSummary {
    arms = List.copyOf(arms);
  }

  public static CampaignSummary of(CampaignRow campaign, List<TrialRow> trials) {
    List<ArmSummary> arms =
        Arrays.stream(Arm.values())
            .map(
                arm ->
                    ArmSummary.of(
                        arm,
                        trials.stream().filter(trial -> arm.label().equals(trial.arm())).toList()))
            .filter(summary -> !summary.outcomes().isEmpty())
            .toList();
    int valid =
        (int)
            trials.stream()
                .filter(trial -> !trial.outcome().equals(Outcome.INVALID.label()))
                .count();
    return new CampaignSummary(campaign, campaign.trialCount(), valid, arms);
  }

  public Optional<ArmSummary> arm(Arm wanted) {
    return arms.stream().filter(summary -> summary.arm() == wanted).findFirst();
  }

  /** In how many pairs of agent and baseline the two hit nodes in different roles. */
  public int pairsInDifferentRoles() {
    return arm(Arm.AGENT)
        .map(agent -> agent.flags().getOrDefault(TrialFlag.PAIR_ROLE_DIFFERS.label(), 0))
        .orElse(0);
  }

  /** The headline where both arms ran: agent's success rate less the baseline's. */
  public Optional<Double> difference() {
    return arm(Arm.AGENT)
        .map(ArmSummary::success)
        .filter(Rate::known)
        .flatMap(
            agent ->
                arm(Arm.BASELINE)
                    .map(ArmSummary::success)
                    .filter(Rate::known)
                    .map(baseline -> agent.value() - baseline.value()));
  }
}
