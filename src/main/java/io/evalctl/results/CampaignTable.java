package io.evalctl.results;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table {@code campaigns}. Thread-safe. */
public final class CampaignTable {
  private final Sql sql;

  CampaignTable(Sql sql) {
    this.sql = sql;
  }

  /** Stores new campaigns of one run, all or none, and returns them with their ids. */
  public List<CampaignRow> insert(List<CampaignRow> campaigns) {
    return sql.transaction(
        () -> campaigns.stream().map(campaign -> find(insert(campaign)).orElseThrow()).toList());
  }

  private long insert(CampaignRow row) {
    return sql.insert(
        "campaigns",
        Sql.row(
            "subject_name", row.subjectName(),
            "chaos_type", row.chaosType(),
            "trial_count", row.trialCount(),
            "baseline", row.baseline() ? 1 : 0,
            "created_at", Timestamps.format(row.createdAt()),
            "name", row.name(),
            "run_id", row.runId(),
            "seed", row.seed(),
            "agent", row.agent(),
            "variant_name", row.variantName(),
            "status", row.status().label(),
            "config_json", row.configJson(),
            "topology_json", row.topologyJson(),
            "environment_json", row.environmentJson(),
            "owner_pid", row.owner().process().pid(),
            "owner_start", row.owner().process().startTicks(),
            "owner_host", row.owner().host()));
  }

  public Optional<CampaignRow> find(long id) {
    return sql.first("select * from campaigns where id = ?", List.of(id), CampaignTable::map);
  }

  /**
   * As {@link #find}, for a number that a user gave.
   *
   * @throws EvalctlException UNKNOWN_CAMPAIGN
   */
  public CampaignRow require(long id) {
    return find(id)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.UNKNOWN_CAMPAIGN,
                    "there is no campaign " + id + " in " + sql.file(),
                    "evalctl results list shows what there is"));
  }

  /** Newest first. */
  public List<CampaignRow> list() {
    return sql.query("select * from campaigns order by id desc", List.of(), CampaignTable::map);
  }

  /** The campaigns of one run, in their order. */
  public List<CampaignRow> ofRun(String runId) {
    return sql.query(
        "select * from campaigns where run_id = ? order by id", List.of(runId), CampaignTable::map);
  }

  /** Notes what the subject is made of, known only once it is open. */
  public void setTopology(long id, String topologyJson) {
    sql.update("update campaigns set topology_json = ? where id = ?", List.of(topologyJson, id));
  }

  /** Takes a campaign over for this process, to go on with it. */
  public void reopen(long id, ProcessOwner owner) {
    sql.update(
        "update campaigns set status = 'running', ended_at = null, owner_pid = ?, owner_start = ?,"
            + " owner_host = ? where id = ?",
        List.of(owner.process().pid(), owner.process().startTicks(), owner.host(), id));
  }

  public void end(long id, RunStatus status, Instant endedAt) {
    sql.update(
        "update campaigns set status = ?, ended_at = ? where id = ?",
        List.of(status.label(), Timestamps.format(endedAt), id));
  }

  /** Marks as interrupted what a dead evalctl left as running. */
  public int closeAbandoned() {
    int closed = 0;
    for (CampaignRow row :
        sql.query(
            "select * from campaigns where status = 'running'", List.of(), CampaignTable::map)) {
      if (row.owner() != null && row.owner().dead()) {
        closed +=
            sql.update(
                "update campaigns set status = 'interrupted' where id = ?", List.of(row.id()));
      }
    }
    return closed;
  }

  private static CampaignRow map(ResultSet row) throws SQLException {
    Long ownerPid = Sql.nullableLong(row, "owner_pid");
    return new CampaignRow(
        row.getLong("id"),
        row.getString("subject_name"),
        row.getString("chaos_type"),
        row.getInt("trial_count"),
        row.getInt("baseline") == 1,
        Timestamps.parse(row.getString("created_at")),
        row.getString("name"),
        row.getString("run_id"),
        row.getLong("seed"),
        row.getString("agent"),
        row.getString("variant_name"),
        RunStatus.parse(row.getString("status")),
        Timestamps.parse(row.getString("ended_at")),
        row.getString("config_json"),
        row.getString("topology_json"),
        row.getString("environment_json"),
        ownerPid == null
            ? null
            : new ProcessOwner(
                new ProcessIdentity(ownerPid, row.getLong("owner_start")),
                row.getString("owner_host")));
  }
}
