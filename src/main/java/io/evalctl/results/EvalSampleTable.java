package io.evalctl.results;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables {@code eval_samples} and {@code eval_scores}. Thread-safe. */
public final class EvalSampleTable {
  /** How many samples are there, and how many of them passed. */
  public record Count(int samples, int passed) {
    public static final Count NONE = new Count(0, 0);
  }

  private record ScoreOf(long sampleId, EvalSampleRow.Score score) {}

  private final Sql sql;

  EvalSampleTable(Sql sql) {
    this.sql = sql;
  }

  /** Stores a finished sample with its scores in one transaction; returns its id. */
  public long finish(EvalSampleRow sample) {
    return sql.transaction(
        () -> {
          long id = sql.insert("eval_samples", columns(sample));
          insertScores(id, sample.scores());
          return id;
        });
  }

  /** Puts what scoring it again gave in the place of what was there. */
  public void rescored(EvalSampleRow sample) {
    sql.transaction(
        () -> {
          sql.update("delete from eval_scores where sample_id = ?", List.of(sample.id()));
          insertScores(sample.id(), sample.scores());
          List<Object> values = new ArrayList<>();
          values.add(sample.status());
          values.add(sample.errorCode());
          values.add(sample.errorMessage());
          values.add(sample.passed() ? 1 : 0);
          values.add(sample.value());
          values.add(sample.id());
          return sql.update(
              "update eval_samples set status = ?, error_code = ?, error_message = ?, passed = ?,"
                  + " value = ? where id = ?",
              values);
        });
  }

  /** In the order in which they ran. */
  public List<EvalSampleRow> ofRun(long runId) {
    Map<Long, List<EvalSampleRow.Score>> scores = new HashMap<>();
    sql.query(
            "select s.* from eval_scores s join eval_samples e on e.id = s.sample_id"
                + " where e.run_id = ? order by s.id",
            List.of(runId),
            EvalSampleTable::score)
        .forEach(
            found ->
                scores
                    .computeIfAbsent(found.sampleId(), id -> new ArrayList<>())
                    .add(found.score()));
    return sql.query(
        "select * from eval_samples where run_id = ? order by id",
        List.of(runId),
        row -> map(row, scores.getOrDefault(row.getLong("id"), List.of())));
  }

  /** How many samples each run has, by its id; a run without any is not in it. */
  public Map<Long, Count> counts() {
    Map<Long, Count> counts = new HashMap<>();
    sql.query(
            "select run_id, count(*) as samples, sum(passed) as passed from eval_samples"
                + " group by run_id",
            List.of(),
            row ->
                Map.entry(
                    row.getLong("run_id"), new Count(row.getInt("samples"), row.getInt("passed"))))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  private void insertScores(long sampleId, List<EvalSampleRow.Score> scores) {
    for (EvalSampleRow.Score score : scores) {
      sql.insert(
          "eval_scores",
          Sql.row(
              "sample_id", sampleId,
              "scorer", score.scorer(),
              "value", score.value(),
              "passed", score.passed() ? 1 : 0,
              "reason", score.reason()));
    }
  }

  private static Map<String, Object> columns(EvalSampleRow row) {
    return Sql.row(
        "run_id", row.runId(),
        "case_name", row.caseName(),
        "epoch", row.epoch(),
        "status", row.status(),
        "output_json", row.outputJson(),
        "error_code", row.errorCode(),
        "error_message", row.errorMessage(),
        "started_at", Timestamps.format(row.startedAt()),
        "ended_at", Timestamps.format(row.endedAt()),
        "duration_ms", row.durationMs(),
        "input_tokens", row.inputTokens(),
        "output_tokens", row.outputTokens(),
        "reasoning_tokens", row.reasoningTokens(),
        "cached_tokens", row.cachedTokens(),
        "cost_usd", row.costUsd() == null ? null : row.costUsd().doubleValue(),
        "clone_ms", row.cloneMs(),
        "trace_path", row.tracePath(),
        "passed", row.passed() ? 1 : 0,
        "value", row.value());
  }

  private static ScoreOf score(ResultSet row) throws SQLException {
    return new ScoreOf(
        row.getLong("sample_id"),
        new EvalSampleRow.Score(
            row.getString("scorer"),
            row.getDouble("value"),
            row.getInt("passed") == 1,
            row.getString("reason")));
  }

  private static EvalSampleRow map(ResultSet row, List<EvalSampleRow.Score> scores)
      throws SQLException {
    double cost = row.getDouble("cost_usd");
    BigDecimal costUsd = row.wasNull() ? null : BigDecimal.valueOf(cost);
    double clone = row.getDouble("clone_ms");
    Double cloneMs = row.wasNull() ? null : (Double) clone;
    return new EvalSampleRow(
        row.getLong("id"),
        row.getLong("run_id"),
        row.getString("case_name"),
        row.getInt("epoch"),
        row.getString("status"),
        row.getString("output_json"),
        row.getString("error_code"),
        row.getString("error_message"),
        Timestamps.parse(row.getString("started_at")),
        Timestamps.parse(row.getString("ended_at")),
        row.getLong("duration_ms"),
        Sql.nullableLong(row, "input_tokens"),
        Sql.nullableLong(row, "output_tokens"),
        Sql.nullableLong(row, "reasoning_tokens"),
        Sql.nullableLong(row, "cached_tokens"),
        costUsd,
        cloneMs,
        row.getString("trace_path"),
        row.getInt("passed") == 1,
        row.getDouble("value"),
        scores);
  }
}
