package io.evalctl.results;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code transcripts}. Thread-safe. */
public final class TranscriptTable {
  private final Sql sql;

  TranscriptTable(Sql sql) {
    this.sql = sql;
  }

  /** Stores a transcript in place of the one with its id, if there is one. */
  public void save(TranscriptRow row) {
    sql.transaction(
        () -> {
          sql.update("delete from transcripts where id = ?", List.of(row.id()));
          return sql.insert(
              "transcripts",
              Sql.row(
                  "id", row.id(),
                  "run_id", row.runId(),
                  "scenario_id", row.scenarioId(),
                  "model_id", row.modelId(),
                  "model_version", row.modelVersion(),
                  "content", row.content(),
                  "turn_count", row.turnCount(),
                  "token_count", row.tokenCount(),
                  "duration_ms", row.durationMs(),
                  "estimated_cost",
                      row.estimatedCost() == null ? null : row.estimatedCost().doubleValue(),
                  "sample_index", row.sampleIndex(),
                  "definition_snapshot", row.definitionSnapshot(),
                  "created_at", Timestamps.format(row.createdAt())));
        });
  }

  public Optional<TranscriptRow> find(String id) {
    return sql.first("select * from transcripts where id = ?", List.of(id), TranscriptTable::map);
  }

  private static TranscriptRow map(ResultSet row) throws SQLException {
    double cost = row.getDouble("estimated_cost");
    BigDecimal estimatedCost = row.wasNull() ? null : BigDecimal.valueOf(cost);
    return new TranscriptRow(
        row.getString("id"),
        row.getString("run_id"),
        row.getString("scenario_id"),
        row.getString("model_id"),
        row.getString("model_version"),
        row.getString("content"),
        row.getInt("turn_count"),
        row.getLong("token_count"),
        row.getLong("duration_ms"),
        estimatedCost,
        row.getInt("sample_index"),
        row.getString("definition_snapshot"),
        Timestamps.parse(row.getString("created_at")));
  }
}
