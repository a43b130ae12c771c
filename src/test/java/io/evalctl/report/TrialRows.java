package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.results.TrialRow;
import java.time.Instant;

/** Rows made by hand. */
final class TrialRows {
  private static final Instant START = Instant.parse("2026-11-20T20:12:03.123456Z");

  private TrialRows() {}

  static TrialRow of(Arm arm, int ordinal, Outcome outcome, Long detect, Long recover) {
    return of(arm, ordinal, outcome, detect, recover, 42, "{\"lostWrites\":1}", "[]");
  }

  static TrialRow of(
      Arm arm,
      int ordinal,
      Outcome outcome,
      Long detect,
      Long recover,
      long seed,
      String canary,
      String flags) {
    boolean invalid = outcome == Outcome.INVALID;
    return new TrialRow(
        ordinal,
        1,
        START,
        START.plusSeconds(2),
        null,
        null,
        START.plusSeconds(6),
        "{}",
        "{}",
        "{\"role\":\"leader\"}",
        "[]",
        ordinal,
        1,
        arm.label(),
        seed,
        "zk1",
        outcome.label(),
        "agent",
        null,
        START.plusSeconds(2),
        null,
        null,
        detect,
        detect == null ? null : detect + 1000,
        recover,
        350L,
        canary,
        "{}",
        "{}",
        flags,
        invalid ? "SUBJECT_UNHEALTHY" : null,
        invalid ? "zk1 <did> not\u0001 start" : null);
  }
}
