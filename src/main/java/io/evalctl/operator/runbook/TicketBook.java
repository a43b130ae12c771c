package io.evalctl.operator.runbook;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.evalctl.clock.TimeSource;
import io.evalctl.operator.database.OperatorSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** Writes the runbook's own operator database. Every call is a transaction. Not thread-safe. */
final class TicketBook implements AutoCloseable {
  private final Connection connection;
  private final TimeSource time;
  private long ticket;
  private String session = "";

  /** Opens the file, and makes it where it is missing. */
  TicketBook(Path file, TimeSource time) throws SQLException {
    this.connection = OperatorSchema.connect(file);
    this.time = time;
    OperatorSchema.createTables(connection);
  }

  /** Opens a ticket and a session for it. */
  void open(SubjectLook look, Instant firstSeen, int occurrences) throws SQLException {
    String now = now();
    ticket =
        insert(
            "INSERT INTO tickets (violation_key, invariant_name, store_id, status, held,"
                + " occurrence_count, first_seen_at, last_seen_at, message, severity,"
                + " metric_snapshot, created_at, updated_at)"
                + " VALUES (?, ?, ?, 'open', 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            "subject-health:" + look.worst().node(),
            "every node serves and exactly one leads",
            look.worst().node(),
            occurrences,
            firstSeen.toString(),
            now,
            look.summary(),
            look.withoutQuorum() ? "critical" : "warning",
            snapshot(look),
            now,
            now);
    session = "runbook-" + ticket;
    insert(
        "INSERT INTO agent_sessions (session_id, ticket_id, status, started_at)"
            + " VALUES (?, ?, 'running', ?)",
        session,
        ticket,
        now);
  }

  /** The violation is still there. */
  void seenAgain(int occurrences) throws SQLException {
    String now = now();
    update(
        "UPDATE tickets SET occurrence_count = ?, last_seen_at = ?, updated_at = ? WHERE id = ?",
        occurrences,
        now,
        now,
        ticket);
  }

  void diagnose(String diagnosis) throws SQLException {
    update(
        "UPDATE tickets SET status = 'diagnosed', diagnosis = ?, updated_at = ? WHERE id = ?",
        diagnosis,
        now(),
        ticket);
  }

  void resolve(String summary) throws SQLException {
    String now = now();
    update(
        "UPDATE tickets SET status = 'resolved', resolved_at = ?, updated_at = ? WHERE id = ?",
        now,
        now,
        ticket);
    update(
        "UPDATE agent_sessions SET status = 'completed', ended_at = ?, outcome_summary = ?"
            + " WHERE session_id = ?",
        now,
        summary,
        session);
  }

  void reason(String thought) throws SQLException {
    entry("reasoning", thought, null, null, null);
  }

  void call(String commandLine) throws SQLException {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(commandLine));
    entry("tool_call", commandLine, "shell", "{\"command\":\"" + quoted + "\"}", null);
  }

  void result(ShellCommand.Result result) throws SQLException {
    entry("tool_result", result.output(), "shell", null, result.exitCode());
  }

  private void entry(String type, String content, String tool, String parameters, Integer exitCode)
      throws SQLException {
    insert(
        "INSERT INTO agent_log_entries (session_id, entry_type, content, raw_content, tool_name,"
            + " tool_params, exit_code, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        session,
        type,
        content,
        content,
        tool,
        parameters,
        exitCode,
        now());
  }

  private static String snapshot(SubjectLook look) {
    StringBuilder json = new StringBuilder("{");
    for (NodeLook node : look.nodes()) {
      String text = node.mode().isEmpty() ? node.state().name() : node.mode();
      json.append(json.length() > 1 ? "," : "").append('"').append(node.node()).append("\":\"");
      json.append(text).append('"');
    }
    return json.append('}').toString();
  }

  private String now() {
    return time.now().toString();
  }

  private long insert(String sql, Object... values) throws SQLException {
    update(sql, values);
    try (PreparedStatement statement = connection.prepareStatement("SELECT last_insert_rowid()");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
