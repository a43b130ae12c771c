package io.evalctl.operator.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The queries on an operator's tables. Each is one statement that yields one row, with JSON for
 * what is many: SQLite holds its lock for some ten microseconds, and no JDBC call comes between.
 * With a rollback journal a writer that does not wait for locks would fail if it met that lock. Not
 * thread-safe.
 */
final class OperatorTables {

  /** More new tickets than this are not looked at, and more older ones not remembered. */
  private static final int MOST_TICKETS = 200;

  /** Log entries that are read at once. */
  static final int MOST_LOG_ROWS = 1_000;

  private static final int MOST_SESSIONS = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * All there is just before a fault.
   *
   * @param greatestTicket the greatest id, 0 when there is none
   * @param startupTickets how many tickets have a greater id than the one asked about
   * @param unresolved the unresolved tickets
   * @param newest the ticket with the greatest id
   * @param greatestLogEntry 0 when there is none
   */
  record State(
      long greatestTicket,
      long startupTickets,
      List<TicketRow> unresolved,
      Optional<TicketRow> newest,
      long greatestLogEntry) {}

  /**
   * What a look shows.
   *
   * @param tickets the new ones and the older ones asked about, in the order of the ids
   * @param log the next tool calls and results, in their order, at most {@link #MOST_LOG_ROWS}
   * @param greatestLogEntry of whatever kind
   * @param ticketsOfSessions for the latest sessions that belong to a ticket, which one
   * @param outdated whether the tables have other columns by now: inspect them, and look again
   */
  record Look(
      List<TicketRow> tickets,
      List<LogRow> log,
      long greatestLogEntry,
      Map<String, Long> ticketsOfSessions,
      boolean outdated) {}

  private final Connection connection;
  private final TableShape shape;
  private PreparedStatement look;

  private OperatorTables(Connection connection, TableShape shape) {
    this.connection = connection;
    this.shape = shape;
  }

  /** Looks which tables and columns there are. */
  static OperatorTables inspect(Connection connection) throws SQLException {
    List<String> row = row(connection, TableShape.QUERY, 4);
    return new OperatorTables(
        connection,
        TableShape.of(json(row.get(0)), json(row.get(1)), json(row.get(2)), row.get(3)));
  }

  /** What it lacks of that which is required; completes "FILE ...". */
  Optional<String> problem() {
    return shape.problem();
  }

  long greatestTicket() throws SQLException {
    return number(row(connection, "SELECT max(id) FROM tickets", 1).get(0));
  }

  Optional<TicketRow> ticket(long id) throws SQLException {
    return tickets(row(connection, "SELECT " + ticketsWhere("id = ?"), 1, id).get(0)).stream()
        .findFirst();
  }

  /** Everything at one moment. */
  State state(long startupBase) throws SQLException {
    List<String> row =
        row(
            connection,
            "SELECT (SELECT max(id) FROM tickets), (SELECT count(*) FROM tickets WHERE id > ?), "
                + ticketsWhere(
                    "id IN (SELECT id FROM tickets WHERE status IS NOT 'resolved'"
                        + " ORDER BY id DESC LIMIT "
                        + MOST_TICKETS
                        + ")")
                + ", "
                + ticketsWhere("id = (SELECT max(id) FROM tickets)")
                + ", "
                + greatestLogEntry(),
            5,
            startupBase);
    return new State(
        number(row.get(0)),
        number(row.get(1)),
        tickets(row.get(2)).stream().filter(ticket -> !ticket.resolved()).toList(),
        tickets(row.get(3)).stream().findFirst(),
        number(row.get(4)));
  }

  /** Everything since a mark, at one moment. */
  Look look(long markedId, Collection<Long> olderIds, long logPlace) throws SQLException {
    if (look == null) {
      look = connection.prepareStatement(lookQuery());
    }
    List<String> row = row(look, 5, markedId, olderIds.toString(), logPlace);
    return new Look(
        tickets(row.get(0)),
        log(row.get(1)),
        number(row.get(2)),
        sessions(row.get(3)),
        !shape.version().equals(row.get(4)));
  }

  private String lookQuery() {
    String chosen =
        "id IN (SELECT id FROM tickets WHERE id > ? ORDER BY id LIMIT "
            + MOST_TICKETS
            + ") OR id IN (SELECT value FROM json_each(?))";
    return "SELECT "
        + String.join(
            ", ", ticketsWhere(chosen), log(), greatestLogEntry(), sessions(), TableShape.VERSION);
  }

  private String ticketsWhere(String condition) {
    return "(SELECT json_group_array(json(%s) ORDER BY id) FROM tickets WHERE %s)"
        .formatted(shape.ticketJson(), condition);
  }

  private String log() {
    if (!shape.hasLog()) {
      return "iif(?, '[]', '[]')";
    }
    return """
        (SELECT json_group_array(json(entry) ORDER BY place)
           FROM (SELECT %s AS entry, %s AS place
                   FROM agent_log_entries
                  WHERE %s > ? AND entry_type IN ('tool_call', 'tool_result')
                  ORDER BY 2
                  LIMIT %d))\
        """
        .formatted(shape.logJson(), shape.logPlace(), shape.logPlace(), MOST_LOG_ROWS);
  }

  private String greatestLogEntry() {
    return shape.hasLog()
        ? "(SELECT max(" + shape.logPlace() + ") FROM agent_log_entries)"
        : "NULL";
  }

  private String sessions() {
    if (!shape.hasSessions()) {
      return "'{}'";
    }
    return """
        (SELECT json_group_object(session_id, ticket_id)
           FROM (SELECT session_id, ticket_id
                   FROM agent_sessions
                  WHERE session_id IS NOT NULL AND typeof(ticket_id) = 'integer'
                  ORDER BY rowid DESC
                  LIMIT %d))\
        """
        .formatted(MOST_SESSIONS);
  }

  private static List<TicketRow> tickets(String json) throws SQLException {
    List<TicketRow> rows = new ArrayList<>();
    json(json).forEach(row -> rows.add(TicketRow.of((ObjectNode) row)));
    return rows;
  }

  private static List<LogRow> log(String json) throws SQLException {
    List<LogRow> rows = new ArrayList<>();
    for (JsonNode row : json(json)) {
      rows.add(LogRow.of(row));
    }
    return rows;
  }

  private static Map<String, Long> sessions(String json) throws SQLException {
    Map<String, Long> tickets = new HashMap<>();
    json(json).properties().forEach(e -> tickets.put(e.getKey(), e.getValue().asLong()));
    return tickets;
  }

  private static List<String> row(
      Connection connection, String query, int columns, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      return row(statement, columns, parameters);
    }
  }

  private static List<String> row(PreparedStatement statement, int columns, Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      List<String> values = new ArrayList<>(columns);
      for (int i = 1; i <= columns; i++) {
        values.add(row.getString(i));
      }
      return values;
    }
  }

  private static long number(String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  private static JsonNode json(String text) throws SQLException {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("unreadable text in a column: " + e.getOriginalMessage(), e);
    }
  }
}
