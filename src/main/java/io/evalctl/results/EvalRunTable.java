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

/** The table {@code eval_runs}. Thread-safe. */
public final class EvalRunTable {
  private final Sql sql;

  EvalRunTable(Sql sql) {
    this.sql = sql;
  }

  /** Stores the runs of one invocation, all or none, and returns them with their ids. */
  public List<EvalRunRow> insert(List<EvalRunRow> runs) {
    return sql.transaction(
        () -> runs.stream().map(run -> find(insert(run)).orElseThrow()).toList());
  }

  private long insert(EvalRunRow row) {
    return sql.insert(
        "eval_runs",
        Sql.row(
            "dataset", row.dataset(),
            "dataset_sha256", row.datasetSha256(),
            "model", row.model(),
            "task", row.task(),
            "epochs", row.epochs(),
            "seed", row.seed(),
            "status", row.status().label(),
            "created_at", Timestamps.format(row.createdAt()),
            "config_json", row.configJson(),
            "environment_json", row.environmentJson(),
            "name", row.name(),
            "group_id", row.groupId(),
            "sample_count", row.sampleCount(),
            "owner_pid", row.owner().process().pid(),
            "owner_start", row.owner().process().startTicks(),
            "owner_host", row.owner().host()));
  }

  public Optional<EvalRunRow> find(long id) {
    return sql.first("select * from eval_runs where id = ?", List.of(id), EvalRunTable::map);
  }

  /**
   * As {@link #find}, for a number that a user gave.
   *
   * @throws EvalctlException UNKNOWN_RUN
   */
  public EvalRunRow require(long id) {
    return find(id)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.UNKNOWN_RUN,
                    "there is no eval run " + id + " in " + sql.file(),
                    "evalctl results list shows what there is"));
  }

  /** Newest first. */
  public List<EvalRunRow> list() {
    return sql.query("select * from eval_runs order by id desc", List.of(), EvalRunTable::map);
  }

  /** The runs of one invocation, in their order. */
  public List<EvalRunRow> ofGroup(String groupId) {
    return sql.query(
        "select * from eval_runs where group_id = ? order by id",
        List.of(groupId),
        EvalRunTable::map);
  }

  /** Takes a run over for this process, to go on with it. */
  public void reopen(long id, ProcessOwner owner) {
    sql.update(
        "update eval_runs set status = 'running', ended_at = null, owner_pid = ?, owner_start = ?,"
            + " owner_host = ? where id = ?",
        List.of(owner.process().pid(), owner.process().startTicks(), owner.host(), id));
  }

  /** Notes what it ran on, some of which is known only once it runs. */
  public void setEnvironment(long id, String environmentJson) {
    sql.update(
        "update eval_runs set environment_json = ? where id = ?", List.of(environmentJson, id));
  }

  public void end(long id, RunStatus status, Instant endedAt) {
    sql.update(
        "update eval_runs set status = ?, ended_at = ? where id = ?",
        List.of(status.label(), Timestamps.format(endedAt), id));
  }

  /** Marks as interrupted what a dead evalctl left as running. */
  public int closeAbandoned() {
    int closed = 0;
    for (EvalRunRow row :
        sql.query(
            "select * from eval_runs where status = 'running'", List.of(), EvalRunTable::map)) {
      if (row.owner().dead()) {
        closed +=
            sql.update(
                "update eval_runs set status = 'interrupted' where id = ?", List.of(row.id()));
      }
    }
    return closed;
  }

  private static EvalRunRow map(ResultSet row) throws SQLException {
    return new EvalRunRow(
        row.getLong("id"),
        row.getString("name"),
        row.getString("group_id"),
        row.getString("dataset"),
        row.getString("dataset_sha256"),
        row.getString("model"),
        row.getString("task"),
        row.getInt("epochs"),
        row.getInt("sample_count"),
        Sql.nullableLong(row, "seed"),
        RunStatus.parse(row.getString("status")),
        Timestamps.parse(row.getString("created_at")),
        Timestamps.parse(row.getString("ended_at")),
        row.getString("config_json"),
        row.getString("environment_json"),
        new ProcessOwner(
            new ProcessIdentity(row.getLong("owner_pid"), row.getLong("owner_start")),
            row.getString("owner_host")));
  }
}
