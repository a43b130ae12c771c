package io.evalctl.campaign;

import java.time.Duration;

/** Decides outcomes. Pure: the same evidence always gives the same verdict. */
final class Judge {
  /** A claim may come this much before its effect shows in the samples. */
  static final Duration CLAIM_GRACE = Duration.ofMillis(200);

  private Judge() {}

  static Verdict decide(TrialEvidence evidence) {
    if (evidence.arm() == Arm.CONTROL) {
      Outcome outcome = evidence.detected() == null ? Outcome.QUIET : Outcome.FALSE_ALARM;
      return new Verdict(outcome, HealedBy.NONE, null, null);
    }
    HealthHistory history = evidence.history();
    var recovery = history.recoveredAt(evidence.onset(), evidence.settle());
    Long recovered = recovery.isPresent() ? recovery.getAsLong() : null;
    Boolean claimTrue = claimTrue(evidence);
    HealedBy healedBy = healedBy(evidence, recovered);
    return new Verdict(
        outcome(evidence, recovered, claimTrue, healedBy), healedBy, recovered, claimTrue);
  }

  /** The first line that fits decides; the order is that of the published table of outcomes. */
  private static Outcome outcome(
      TrialEvidence evidence, Long recovered, Boolean claimTrue, HealedBy healedBy) {
    if (!evidence.history().impairedSince(evidence.onset())) {
      return Outcome.NO_IMPACT;
    }
    if (evidence.lifted()) {
      return Outcome.LIFTED;
    }
    if (evidence.arm() == Arm.BASELINE) {
      return recovered == null ? Outcome.UNHEALED : Outcome.SELF_HEALED;
    }
    if (Boolean.FALSE.equals(claimTrue)) {
      return Outcome.FALSE_RESOLVE;
    }
    if (recovered != null && healedBy == HealedBy.SELF) {
      return Outcome.SELF_HEALED;
    }
    if (Boolean.TRUE.equals(claimTrue)) {
      return Outcome.HEALED;
    }
    if (recovered != null) {
      return Outcome.UNCLOSED;
    }
    return evidence.detected() == null ? Outcome.UNDETECTED : Outcome.UNRESOLVED;
  }

  private static Boolean claimTrue(TrialEvidence evidence) {
    if (evidence.resolved() == null) {
      return null;
    }
    return Boolean.TRUE.equals(
        claimHolds(evidence.history(), evidence.resolved(), evidence.settle()));
  }

  /** Whether "resolved" at this moment was true; null while that is not known. */
  static Boolean claimHolds(HealthHistory history, long resolved, Duration settle) {
    return history.healthyThroughout(resolved + CLAIM_GRACE.toNanos(), resolved + settle.toNanos());
  }

  private static HealedBy healedBy(TrialEvidence evidence, Long recovered) {
    if (recovered == null) {
      return HealedBy.NONE;
    }
    if (evidence.lifted() && !evidence.endedEarly()) {
      return HealedBy.EVALCTL;
    }
    if (evidence.arm() == Arm.BASELINE) {
      return HealedBy.SELF;
    }
    boolean commanded =
        evidence.commands().stream().anyMatch(at -> at >= evidence.onset() && at <= recovered);
    if (commanded) {
      return HealedBy.AGENT;
    }
    return evidence.operatorLogs() ? HealedBy.SELF : HealedBy.UNKNOWN;
  }
}
