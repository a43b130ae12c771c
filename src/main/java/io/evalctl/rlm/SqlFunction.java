package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.sandbox.SandboxExecutor;
import io.evalctl.text.Plural;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * {@code sql(query, params)}: one connection for the whole query, so that the code may hold a
 * transaction open over several calls. Used by one thread.
 */
final class SqlFunction implements SandboxExecutor.HostFunction, AutoCloseable {
  private static final long MOST_CHARACTERS = 4_000_000;
  private static final Duration NETWORK_GRACE = Duration.ofSeconds(5);

  /** Roles that reach the machine; before 16, CREATEROLE could take any of them for itself. */
  private static final String IS_UNCONFINED =
      """
      select exists (select from pg_roles where pg_has_role(session_user, oid, 'MEMBER')
          and rolname in ('pg_read_server_files', 'pg_write_server_files',
                          'pg_execute_server_program'))
        or (select rolsuper or rolcreaterole and current_setting('server_version_num')::int < 160000
              from pg_roles where rolname = session_user)""";

  private final Database database;
  private final RlmLimits limits;
  private final Deadline deadline;
  private Connection connection;

  private SqlFunction(Database database, RlmLimits limits, Deadline deadline) {
    this.database = database;
    this.limits = limits;
    this.deadline = deadline;
  }

  /**
   * Connects.
   *
   * @throws EvalctlException DATABASE_FAILED; INVALID_CONFIGURATION when the role is not confined
   *     to the database
   */
  static SqlFunction open(Database database, RlmLimits limits, Deadline deadline) {
    SqlFunction function = new SqlFunction(database, limits, deadline);
    try {
      function.connect();
      return function;
    } catch (SQLException e) {
      function.close();
      throw new EvalctlException(
          ErrorCode.DATABASE_FAILED,
          "cannot connect to the case's database for sql(): " + e.getMessage(),
          "check that the server still runs",
          e);
    } catch (EvalctlException e) {
      function.close();
      throw e;
    }
  }

  @Override
  public JsonNode call(JsonNode arguments) {
    JsonNode query = arguments.path(0);
    JsonNode parameters = arguments.path(1);
    boolean none = parameters.isMissingNode() || parameters.isNull();
    if (!query.isTextual()
        || query.textValue().isBlank()
        || arguments.size() > 2
        || !none && !parameters.isArray()) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT, "call it as sql(query) or sql(query, [value, ...])", null);
    }
    try {
      connect();
      return none || parameters.isEmpty()
          ? run(query.textValue())
          : run(query.textValue(), parameters);
    } catch (SQLException e) {
      forgetIfBroken(e);
      throw new EvalctlException(
          ErrorCode.DATABASE_FAILED,
          "sql failed: %s (SQLSTATE %s)".formatted(e.getMessage(), e.getSQLState()),
          null,
          e);
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // it is gone either way, and the server ends the session
      }
    }
  }

  private JsonNode run(String query) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      bound(statement);
      return lastResult(statement, statement.execute(query));
    }
  }

  private JsonNode run(String query, JsonNode parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      bound(statement);
      for (int i = 0; i < parameters.size(); i++) {
        SqlValues.bind(statement, i + 1, parameters.get(i));
      }
      return lastResult(statement, statement.execute());
    }
  }

  private void bound(Statement statement) throws SQLException {
    Duration left = deadline.remaining();
    if (left.isZero()) {
      throw new EvalctlException(
          ErrorCode.LIMIT_REACHED, "the query's time is over", "give the final answer");
    }
    Duration most = left.compareTo(limits.sqlTimeout()) < 0 ? left : limits.sqlTimeout();
    statement.setEscapeProcessing(false);
    statement.setMaxRows(limits.sqlRows() + 1);
    statement.setQueryTimeout((int) most.plusMillis(999).toSeconds());
    connection.setNetworkTimeout(Runnable::run, (int) most.plus(NETWORK_GRACE).toMillis());
  }

  private JsonNode lastResult(Statement statement, boolean isRows) throws SQLException {
    JsonNode last = JsonNodeFactory.instance.arrayNode();
    boolean rows = isRows;
    while (true) {
      if (rows) {
        try (ResultSet result = statement.getResultSet()) {
          last = read(result);
        }
      } else if (statement.getUpdateCount() < 0) {
        return last;
      } else {
        ArrayNode count = JsonNodeFactory.instance.arrayNode();
        count.addObject().put("rowcount", statement.getUpdateCount());
        last = count;
      }
      rows = statement.getMoreResults();
    }
  }

  private ArrayNode read(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    long characters = 0;
    while (result.next()) {
      if (rows.size() == limits.sqlRows()) {
        throw tooMuch("more than " + Plural.of(limits.sqlRows(), "row"));
      }
      ObjectNode row = rows.addObject();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        String name = columns.getColumnLabel(i);
        if (row.has(name)) {
          throw new EvalctlException(
              ErrorCode.INVALID_INPUT,
              "two columns of the result are named '" + name + "'",
              "name them with AS");
        }
        JsonNode value = SqlValues.read(result, i, columns.getColumnTypeName(i));
        characters += name.length() + SqlValues.size(value);
        row.set(name, value);
      }
      if (characters > MOST_CHARACTERS) {
        throw tooMuch("more than %d characters".formatted(MOST_CHARACTERS));
      }
    }
    return rows;
  }

  /** Half a result would give wrong counts and sums without a word. */
  private static EvalctlException tooMuch(String what) {
    return new EvalctlException(
        ErrorCode.INVALID_INPUT,
        "the result has " + what + "; aggregate in SQL, or take parts with LIMIT",
        null);
  }

  private void connect() throws SQLException {
    if (connection != null) {
      return;
    }
    connection = database.connect();
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      try (ResultSet result = statement.executeQuery(IS_UNCONFINED)) {
        result.next();
        if (result.getBoolean(1)) {
          throw new EvalctlException(
              ErrorCode.INVALID_CONFIGURATION,
              "the database role '%s' is too strong for model-written SQL: it reaches files of the"
                      .formatted(connection.getMetaData().getUserName())
                  + " server's machine",
              "connect as a role that is no superuser and no member of pg_*_server_*");
        }
      }
      statement.execute("set time zone 'UTC'");
      statement.execute("set statement_timeout = " + limits.sqlTimeout().toMillis());
    }
  }

  /** Connection lost (class 08) or ended by the server (57P01 to 57P03): the next call connects. */
  private void forgetIfBroken(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.startsWith("08") || state.startsWith("57P")) {
      close();
    }
  }
}
