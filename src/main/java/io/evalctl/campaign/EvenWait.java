package io.evalctl.campaign;

import io.evalctl.results.ResultsStore;
import io.evalctl.results.TrialRow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How long a trial without an operator waits before its fault, so that the subject is as old and as
 * warm as in the arm that it is compared with. How long an operator takes to be ready is not known
 * beforehand: the wait is what the operator's trial of the same seed has taken, which therefore
 * runs first. Where there is none it is the latest that was measured in the campaign, and before
 * the first the warm-up alone.
 */
final class EvenWait {
  private EvenWait() {}

  static Duration before(TrialSpec spec, CampaignPlan plan, ResultsStore store) {
    List<TrialRow> withOperator =
        store.trials().ofCampaign(spec.campaignId()).stream()
            .filter(row -> Arm.parse(row.arm()).hasOperator())
            .filter(row -> !Outcome.INVALID.label().equals(row.outcome()))
            .sorted(
                Comparator.comparing((TrialRow row) -> row.ordinal() != spec.ordinal())
                    .thenComparing(row -> !row.arm().equals(Arm.AGENT.label()))
                    .thenComparing(TrialRow::id, Comparator.reverseOrder()))
            .toList();
    return withOperator.stream()
        .findFirst()
        .flatMap(row -> measured(store, row.id()))
        .orElse(plan.agentWarmup());
  }

  private static Optional<Duration> measured(ResultsStore store, long trialId) {
    return store.trials().events(trialId).stream()
        .filter(event -> event.kind().equals("phase"))
        .filter(event -> event.detail().path("name").asText().equals(Phase.OPERATOR_START.label()))
        .map(event -> Duration.ofNanos((long) (event.detail().path("durationMs").asDouble() * 1e6)))
        .findFirst();
  }
}
