package io.evalctl.testing;

import io.evalctl.results.ResultsStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes runs into a results store as if they had been, with nothing but what is needed. */
public final class StoredRuns {
  private final Path store;

  public StoredRuns(Path store) {
    this.store = store;
    ResultsStore.open(store).close();
  }

  /** A campaign of two trials that was interrupted. */
  public StoredRuns campaign(long id, String config, String createdAt) {
    return execute(
        "insert into campaigns (id, subject_name, chaos_type, trial_count, created_at, run_id,"
            + " seed, agent, status, config_json) values (?, 'zookeeper', 'node-kill', 2, ?, ?, 7,"
            + " 'runbook', 'interrupted', ?)",
        id,
        createdAt,
        "run" + id,
        config);
  }

  public StoredRuns trial(long campaign, int ordinal, String arm, int attempt, String outcome) {
    return execute(
        "insert into trials (campaign_id, started_at, ended_at, initial_state, final_state,"
            + " chaos_metadata, ordinal, attempt, arm, seed, target, outcome, error_code,"
            + " time_to_recover_ms) values (?, '2026-11-20T20:12:03.000000+00:00',"
            + " '2026-11-20T20:12:09.000000+00:00', '{}', '{}', '{}', ?, ?, ?, 7, 'zk1', ?, ?,"
            + " 900)",
        campaign,
        ordinal,
        attempt,
        arm,
        outcome,
        outcome.equals("invalid") ? "SUBJECT_UNHEALTHY" : null);
  }

  public StoredRuns eval(long id, String createdAt) {
    return execute(
        "insert into eval_runs (id, dataset, dataset_sha256, model, task, status, created_at, name,"
            + " group_id, sample_count, owner_pid, owner_start, owner_host) values (?, 'd.yaml',"
            + " 'x', 'none', 'exec', 'complete', ?, 'd_none', ?, 1, 1, 1, 'h')",
        id,
        createdAt,
        "group" + id);
  }

  private StoredRuns execute(String sql, Object... values) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
