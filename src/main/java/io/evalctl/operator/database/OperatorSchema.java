package io.evalctl.operator.database;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/** The database that an operator writes: three tables, of which evalctl only reads. Stateless. */
public final class OperatorSchema {

  private static final List<String> TABLES =
      List.of(
          """
    CREATE TABLE IF NOT EXISTS tickets (
      id INTEGER PRIMARY KEY,
      violation_key TEXT,
      invariant_name TEXT,
      store_id TEXT,
      status TEXT, -- open, acknowledged, diagnosed, resolved
      held BOOLEAN,
      batch_key TEXT,
      occurrence_count INTEGER,
      first_seen_at TEXT, -- times: ISO 8601 or datetime('now'), UTC where no offset is given
      last_seen_at TEXT,
      resolved_at TEXT,
      message TEXT,
      severity TEXT,
      diagnosis TEXT,
      metric_snapshot TEXT,
      subject_context TEXT,
      variant_model TEXT,
      variant_system_prompt TEXT,
      variant_tools_config TEXT,
      created_at TEXT,
      updated_at TEXT
    )
    """,
          """
    CREATE TABLE IF NOT EXISTS agent_sessions (
      id INTEGER PRIMARY KEY,
      session_id TEXT UNIQUE,
      ticket_id INTEGER,
      status TEXT, -- running, completed, failed, escalated
      started_at TEXT,
      ended_at TEXT,
      outcome_summary TEXT
    )
    """,
          """
    CREATE TABLE IF NOT EXISTS agent_log_entries (
      id INTEGER PRIMARY KEY,
      session_id TEXT,
      entry_type TEXT, -- reasoning, tool_call, tool_result
      content TEXT,
      raw_content TEXT,
      tool_name TEXT,
      tool_params TEXT, -- JSON
      exit_code INTEGER,
      timestamp TEXT
    )
    """);

  private OperatorSchema() {}

  /**
   * Makes an empty operator database in WAL mode.
   *
   * @throws EvalctlException FILE_UNWRITABLE when something is there already or it cannot be made
   */
  public static void create(Path file) {
    refuseExisting(file);
    try (Connection connection = connect(file)) {
      connection.setAutoCommit(false);
      createTables(connection);
      connection.commit();
    } catch (SQLException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot make the operator database " + file + ": " + e.getMessage(),
          "is there such a directory, and may you write to it?",
          e);
    }
  }

  /** Opens a database for writing, in WAL mode; makes the file when it is missing. */
  public static Connection connect(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout(5_000);
    return config.createConnection(
        "jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath());
  }

  /** Makes those of the three tables that are missing. */
  public static void createTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.executeUpdate(table);
      }
    }
  }

  private static void refuseExisting(Path file) {
    try {
      if (!Files.exists(file) || (Files.isRegularFile(file) && Files.size(file) == 0)) {
        return;
      }
    } catch (IOException e) {
      // it is there, and that is enough to refuse it
    }
    throw new EvalctlException(
        ErrorCode.FILE_UNWRITABLE,
        file + " is there already",
        "choose another name, or remove it first");
  }
}
