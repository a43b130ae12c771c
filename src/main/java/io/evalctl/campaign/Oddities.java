package io.evalctl.campaign;

import io.evalctl.chaos.FaultPlan;
import io.evalctl.subject.LedgerCheck;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What makes the numbers of a trial mean less than they seem to. Times are monotonic nanoseconds.
 *
 * @param nodes how many the subject has
 * @param plan the fault, or null
 * @param injected when the fault was begun, or null
 * @param onset when it was witnessed, or null
 * @param ledger what became of the canary's writes, or null
 */
record Oddities(
    Arm arm,
    HealthHistory history,
    int nodes,
    FaultPlan plan,
    Long injected,
    Long onset,
    LedgerCheck ledger,
    Verdict verdict) {
  /** A longer time between two samples means that something may have been missed. */
  private static final Duration SAMPLING_GAP = Duration.ofSeconds(1);

  Set<TrialFlag> flags() {
    Set<TrialFlag> flags = EnumSet.noneOf(TrialFlag.class);
    if (Boolean.FALSE.equals(verdict.claimTrue())) {
      flags.add(TrialFlag.FALSE_CLAIM);
    }
    if (ledger != null && ledger.unknown()) {
      flags.add(TrialFlag.DATA_UNCHECKED);
    } else if (ledger != null && ledger.nodesRead() < ledger.nodes() && history.soundNow()) {
      flags.add(TrialFlag.DATA_PARTLY_CHECKED);
    }
    if (onset == null) {
      return flags;
    }
    if (measuringFailed()) {
      flags.add(TrialFlag.SAMPLING_GAP);
    }
    if (history.sickBetween(Long.MIN_VALUE, injected == null ? onset : injected)) {
      flags.add(TrialFlag.UNHEALTHY_BEFORE_FAULT);
    }
    if (arm == Arm.CONTROL && history.sickBetween(onset, Long.MAX_VALUE)) {
      flags.add(TrialFlag.UNHEALTHY_WITHOUT_FAULT);
    }
    return flags;
  }

  /** A fault that hits some nodes does not silence all of them. */
  private boolean measuringFailed() {
    boolean fewHit = plan == null || plan.targets().size() < nodes;
    return history.longestGap(onset).compareTo(SAMPLING_GAP) > 0
        || fewHit && history.allSilentSince(onset);
  }
}
