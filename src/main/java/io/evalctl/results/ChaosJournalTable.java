package io.evalctl.results;

import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The table {@code chaos_journal}: each row is committed before the fault it stands for is made.
 * Thread-safe.
 */
public final class ChaosJournalTable {
  private final Sql sql;

  ChaosJournalTable(Sql sql) {
    this.sql = sql;
  }

  /** Commits the intent to make a fault; returns the row's id. */
  public long intend(
      long campaignId, String subject, String home, String chaosType, String metadata, Instant at) {
    ProcessOwner owner = ProcessOwner.self();
    return sql.insert(
        "chaos_journal",
        Sql.row(
            "campaign_id",
            campaignId,
            "subject",
            subject,
            "subject_home",
            home,
            "chaos_type",
            chaosType,
            "metadata_json",
            metadata,
            "state",
            JournalState.INTENT.label(),
            "intent_at",
            Timestamps.format(at),
            "owner_pid",
            owner.process().pid(),
            "owner_start",
            owner.process().startTicks(),
            "owner_host",
            owner.host()));
  }

  public void injected(long id, String metadata, Instant at) {
    sql.update(
        "update chaos_journal set state = 'injected', metadata_json = ?, injected_at = ?"
            + " where id = ?",
        List.of(metadata, Timestamps.format(at), id));
  }

  /**
   * @param note how it ended where that is not plain, such as subject-gone; else null
   */
  public void undone(long id, Instant at, String note) {
    sql.update(
        "update chaos_journal set state = 'undone', undone_at = ?, error = ? where id = ?",
        Arrays.asList(Timestamps.format(at), note, id));
  }

  public void undoFailed(long id, String error) {
    sql.update(
        "update chaos_journal set state = 'undo-failed', error = ? where id = ?",
        List.of(error, id));
  }

  /** Every fault that may still be in place, oldest first. */
  public List<JournalRow> open() {
    return sql.query(
        "select * from chaos_journal where state <> 'undone' order by id",
        List.of(),
        ChaosJournalTable::map);
  }

  private static JournalRow map(ResultSet row) throws SQLException {
    return new JournalRow(
        row.getLong("id"),
        Sql.nullableLong(row, "campaign_id"),
        Sql.nullableLong(row, "trial_id"),
        row.getString("subject"),
        row.getString("subject_home"),
        row.getString("chaos_type"),
        row.getString("metadata_json"),
        row.getString("state"),
        Timestamps.parse(row.getString("intent_at")),
        Timestamps.parse(row.getString("injected_at")),
        Timestamps.parse(row.getString("undone_at")),
        new ProcessOwner(
            new ProcessIdentity(row.getLong("owner_pid"), row.getLong("owner_start")),
            row.getString("owner_host")),
        row.getString("error"));
  }
}
