package io.evalctl.results;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables {@code trials} and {@code trial_events}. Thread-safe. */
public final class TrialTable {
  private final Sql sql;

  TrialTable(Sql sql) {
    this.sql = sql;
  }

  /** As the other, for a trial without a counterpart. */
  public long finish(TrialRow trial, List<TrialEvent> events, Long journalId) {
    return finish(trial, events, journalId, null);
  }

  /**
   * Stores a finished trial with its events, and ties its journal row to it, in one transaction.
   *
   * @param journalId the trial's row in the chaos journal, or null
   * @param counterpart a stored trial whose harm and flags are now known better, or null
   * @return the trial's id
   */
  public long finish(
      TrialRow trial, List<TrialEvent> events, Long journalId, TrialRow counterpart) {
    return sql.transaction(
        () -> {
          if (counterpart != null) {
            sql.update(
                "update trials set collateral_json = ?, flags_json = ? where id = ?",
                List.of(counterpart.collateralJson(), counterpart.flagsJson(), counterpart.id()));
          }
          long id = sql.insert("trials", columns(trial));
          for (TrialEvent event : events) {
            sql.insert(
                "trial_events",
                Sql.row(
                    "trial_id", id,
                    "at", Timestamps.format(event.at()),
                    "mono_ns", event.monoNanos(),
                    "kind", event.kind(),
                    "detail_json", event.detail().toString()));
          }
          if (journalId != null) {
            sql.update(
                "update chaos_journal set trial_id = ? where id = ?", List.of(id, journalId));
          }
          return id;
        });
  }

  /** In the order in which they ran. */
  public List<TrialRow> ofCampaign(long campaignId) {
    return sql.query(
        "select * from trials where campaign_id = ? order by id",
        List.of(campaignId),
        TrialTable::map);
  }

  public Optional<TrialRow> find(long trialId) {
    return sql.first("select * from trials where id = ?", List.of(trialId), TrialTable::map);
  }

  /** In the order in which they happened. */
  public List<TrialEvent> events(long trialId) {
    return sql.query(
        "select * from trial_events where trial_id = ? order by mono_ns, id",
        List.of(trialId),
        row ->
            new TrialEvent(
                Timestamps.parse(row.getString("at")),
                row.getLong("mono_ns"),
                row.getString("kind"),
                Json.parse(row.getString("detail_json"))));
  }

  /** How many valid trials each campaign has, by its id; a campaign without any is not in it. */
  public Map<Long, Integer> validCounts() {
    Map<Long, Integer> counts = new HashMap<>();
    sql.query(
            "select campaign_id, count(*) as trials from trials where outcome is not 'invalid'"
                + " group by campaign_id",
            List.of(),
            row -> Map.entry(row.getLong("campaign_id"), row.getInt("trials")))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  private static Map<String, Object> columns(TrialRow row) {
    return Sql.row(
        "campaign_id", row.campaignId(),
        "started_at", Timestamps.format(row.startedAt()),
        "chaos_injected_at", Timestamps.format(row.chaosInjectedAt()),
        "ticket_created_at", Timestamps.format(row.ticketCreatedAt()),
        "resolved_at", Timestamps.format(row.resolvedAt()),
        "ended_at", Timestamps.format(row.endedAt()),
        "initial_state", row.initialState(),
        "final_state", row.finalState(),
        "chaos_metadata", row.chaosMetadata(),
        "commands_json", row.commandsJson(),
        "ordinal", row.ordinal(),
        "attempt", row.attempt(),
        "arm", row.arm(),
        "seed", row.seed(),
        "target", row.target(),
        "outcome", row.outcome(),
        "healed_by", row.healedBy(),
        "ticket_id", row.ticketId(),
        "onset_at", Timestamps.format(row.onsetAt()),
        "recovered_at", Timestamps.format(row.recoveredAt()),
        "undone_at", Timestamps.format(row.undoneAt()),
        "time_to_detect_ms", row.timeToDetectMs(),
        "time_to_resolve_ms", row.timeToResolveMs(),
        "time_to_recover_ms", row.timeToRecoverMs(),
        "unavailable_ms", row.unavailableMs(),
        "canary_json", row.canaryJson(),
        "collateral_json", row.collateralJson(),
        "operator_data_json", row.operatorDataJson(),
        "flags_json", row.flagsJson(),
        "error_code", row.errorCode(),
        "error_message", row.errorMessage());
  }

  private static TrialRow map(ResultSet row) throws SQLException {
    return new TrialRow(
        row.getLong("id"),
        row.getLong("campaign_id"),
        Timestamps.parse(row.getString("started_at")),
        Timestamps.parse(row.getString("chaos_injected_at")),
        Timestamps.parse(row.getString("ticket_created_at")),
        Timestamps.parse(row.getString("resolved_at")),
        Timestamps.parse(row.getString("ended_at")),
        row.getString("initial_state"),
        row.getString("final_state"),
        row.getString("chaos_metadata"),
        row.getString("commands_json"),
        row.getInt("ordinal"),
        row.getInt("attempt"),
        row.getString("arm"),
        row.getLong("seed"),
        row.getString("target"),
        row.getString("outcome"),
        row.getString("healed_by"),
        Sql.nullableLong(row, "ticket_id"),
        Timestamps.parse(row.getString("onset_at")),
        Timestamps.parse(row.getString("recovered_at")),
        Timestamps.parse(row.getString("undone_at")),
        Sql.nullableLong(row, "time_to_detect_ms"),
        Sql.nullableLong(row, "time_to_resolve_ms"),
        Sql.nullableLong(row, "time_to_recover_ms"),
        Sql.nullableLong(row, "unavailable_ms"),
        row.getString("canary_json"),
        row.getString("collateral_json"),
        row.getString("operator_data_json"),
        row.getString("flags_json"),
        row.getString("error_code"),
        row.getString("error_message"));
  }
}
