package io.evalctl.campaign;

import io.evalctl.results.TrialRow;
import java.util.ArrayList;
import java.util.List;

/** Which trials of a campaign are there, and which are missing. Not thread-safe. */
final class CampaignProgress {
  private final List<TrialRow> rows;
  private final int before;
  private final int invalidBefore;
  private final int maxInvalid;

  private CampaignProgress(List<TrialRow> rows, int maxInvalid) {
    this.rows = new ArrayList<>(rows);
    this.before = rows.size();
    this.maxInvalid = maxInvalid;
    this.invalidBefore = invalid();
  }

  static CampaignProgress of(List<TrialRow> rows, int maxInvalid) {
    return new CampaignProgress(rows, maxInvalid);
  }

  void add(TrialRow row) {
    rows.add(row);
  }

  /** Whether a trial is there that counts. */
  boolean has(int ordinal, Arm arm) {
    return rows.stream().anyMatch(row -> is(row, ordinal, arm) && valid(row));
  }

  int nextAttempt(int ordinal, Arm arm) {
    return 1
        + rows.stream()
            .filter(row -> is(row, ordinal, arm))
            .mapToInt(TrialRow::attempt)
            .max()
            .orElse(0);
  }

  /** How many trials count. */
  int done() {
    return (int) rows.stream().filter(CampaignProgress::valid).count();
  }

  /** The number, from 1, of the trial that ran last. */
  int position() {
    TrialRow last = rows.get(rows.size() - 1);
    return valid(last) ? done() : done() + 1;
  }

  int ranThisTime() {
    return rows.size() - before;
  }

  int invalid() {
    return rows.size() - done();
  }

  /** A resumed campaign begins with its whole allowance again. */
  boolean tooManyInvalid() {
    return invalid() - invalidBefore > maxInvalid;
  }

  private static boolean is(TrialRow row, int ordinal, Arm arm) {
    return row.ordinal() == ordinal && row.arm().equals(arm.label());
  }

  private static boolean valid(TrialRow row) {
    return !row.outcome().equals(Outcome.INVALID.label());
  }
}
