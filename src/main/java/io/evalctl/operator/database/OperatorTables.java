package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

  /** More new tickets than this are not looked at, and more older ones not followed. */
  private static final int MOST_TICKETS = 200;

  /** Log entries that are read at once. */
  static final int MOST_LOG_ROWS = 1_000;

  private static final int MOST_SESSIONS = 1_000;
  private static final int REMEMBERED_COLUMNS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * All there is just before a fault.
   *
   * @param older the tickets that are followed: the unresolved ones first, then the newest
   */
  record State(Remembered tickets, Remembered log, List<TicketRow> older) {}

  /**
   * What a look shows.
   *
   * @param tickets the new ones and the older ones asked about
   * @param log new tool calls and results, at most {@link #MOST_LOG_ROWS}
   * @param logged whether there is a new log entry of whatever kind
   * @param ticketsOfSessions for the latest sessions that belong to a ticket, that one's id
   * @param outdated whether the tables have other columns by now: inspect them, and look again
   */
  record Look(
      List<TicketRow> tickets,
      List<LogRow> log,
      boolean logged,
      Map<String, String> ticketsOfSessions,
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
    List<String> row = OneRow.of(connection, TableShape.QUERY, 5);
    return new OperatorTables(
        connection,
        TableShape.of(
            OneRow.json(row.get(0)),
            OneRow.json(row.get(1)),
            OneRow.json(row.get(2)),
            OneRow.json(row.get(3)),
            row.get(4)));
  }

  /** What it lacks of that which is required; completes "FILE ...". */
  Optional<String> problem() {
    return shape.problem();
  }

  long countTickets() throws SQLException {
    return OneRow.number(OneRow.of(connection, "SELECT count(*) FROM tickets", 1).get(0));
  }

  /** Everything at one moment. */
  State state() throws SQLException {
    String identity = shape.ticketIdentity();
    String followed =
        "%s IN (SELECT %s FROM tickets ORDER BY status IS 'resolved', %s DESC LIMIT %d)"
            .formatted(identity, identity, shape.place(TableShape.TICKETS), MOST_TICKETS);
    String log =
        shape.hasLog() ? remembered(TableShape.LOG, shape.logIdentity()) : "'[]', 0, NULL, NULL, 0";
    List<String> row =
        OneRow.of(
            connection,
            "SELECT "
                + String.join(
                    ", ", remembered(TableShape.TICKETS, identity), log, ticketsWhere(followed)),
            2 * REMEMBERED_COLUMNS + 1);
    return new State(
        remembered(row.subList(0, REMEMBERED_COLUMNS)),
        remembered(row.subList(REMEMBERED_COLUMNS, 2 * REMEMBERED_COLUMNS)),
        tickets(row.get(2 * REMEMBERED_COLUMNS)));
  }

  private String remembered(String table, String identity) {
    String place = shape.place(table);
    String floor =
        "(SELECT %s AS place_ FROM %s ORDER BY place_ DESC LIMIT 1 OFFSET %d)"
            .formatted(place, table, Remembered.MOST);
    return String.join(
        ", ",
        "(SELECT json_group_array(known_) FROM (SELECT %s AS known_, %s AS place_ FROM %s"
                .formatted(identity, place, table)
            + " ORDER BY place_ DESC LIMIT %d))".formatted(Remembered.MOST),
        "(SELECT count(*) FROM %s)".formatted(table),
        "(SELECT max(%s) FROM %s)".formatted(place, table),
        floor,
        "(SELECT count(*) FROM %s WHERE %s <= %s)".formatted(table, place, floor));
  }

  private static Remembered remembered(List<String> row) {
    return new Remembered(
        row.get(0),
        OneRow.number(row.get(1)),
        OneRow.nullable(row.get(2)),
        OneRow.nullable(row.get(3)),
        OneRow.number(row.get(4)));
  }

  /**
   * Why what is new cannot be told from what was there at the mark, or was added since where nobody
   * looks; completes "FILE ...".
   */
  Optional<String> unseen(Remembered tickets, Remembered log) throws SQLException {
    for (String table : List.of(TableShape.TICKETS, TableShape.LOG)) {
      Remembered remembered = table.equals(TableShape.TICKETS) ? tickets : log;
      if (remembered.floor() == null && remembered.rows() > Remembered.MOST) {
        return Optional.of(
            "has %d rows in %s, which has no row numbers: of so many it cannot be told which are"
                    .formatted(remembered.rows(), table)
                + " new");
      }
      if (remembered.floor() != null) {
        String count = "SELECT count(*) FROM %s WHERE %s <= ?".formatted(table, shape.place(table));
        if (OneRow.number(OneRow.of(connection, count, 1, remembered.floor()).get(0))
            > remembered.below()) {
          return Optional.of(
              "has new rows in %s whose ids are below those of its newest %d rows"
                  .formatted(table, Remembered.MOST));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Everything that is not remembered, at one moment.
   *
   * @param olderIds the tickets that are followed
   * @param mostLogRows at most this many log entries
   * @param logged whether a new log entry was seen before
   */
  Look look(
      Remembered tickets,
      Collection<String> olderIds,
      Remembered log,
      int mostLogRows,
      boolean logged)
      throws SQLException {
    if (look == null) {
      look = connection.prepareStatement(lookQuery());
    }
    List<String> row =
        OneRow.of(
            look,
            5,
            tickets.known(),
            tickets.floor(),
            JSON.valueToTree(olderIds).toString(),
            log.known(),
            log.floor(),
            mostLogRows,
            logged);
    return new Look(
        tickets(row.get(0)),
        log(row.get(1)),
        OneRow.number(row.get(2)) != 0,
        sessions(row.get(3)),
        !row.get(4).equals(shape.version()));
  }

  private String lookQuery() {
    String identity = shape.ticketIdentity();
    String chosen =
        "%s IN (SELECT %s FROM tickets WHERE %s ORDER BY %s LIMIT %d)"
                .formatted(
                    identity,
                    identity,
                    isNew(shape.place(TableShape.TICKETS), identity, 1, 2),
                    shape.place(TableShape.TICKETS),
                    MOST_TICKETS)
            + " OR %s IN (SELECT value FROM json_each(?3))".formatted(shape.ticketKey());
    return "SELECT "
        + String.join(", ", ticketsWhere(chosen), log(), logged(), sessions(), TableShape.VERSION);
  }

  /** A condition; the parameters with these numbers are a {@link Remembered}'s known and floor. */
  private static String isNew(String place, String identity, int known, int floor) {
    return "(?%d IS NULL OR %s > ?%d) AND %s NOT IN (SELECT value FROM json_each(?%d))"
        .formatted(floor, place, floor, identity, known);
  }

  private String ticketsWhere(String condition) {
    return "(SELECT json_group_array(json(%s) ORDER BY %s) FROM tickets WHERE %s)"
        .formatted(shape.ticketJson(), shape.place(TableShape.TICKETS), condition);
  }

  private String log() {
    if (!shape.hasLog()) {
      return "iif(?7, '[]', '[]')";
    }
    return """
    (SELECT json_group_array(json(entry))
       FROM (SELECT %s AS entry, %s AS place
               FROM agent_log_entries
              WHERE %s AND entry_type IN ('tool_call', 'tool_result')
              ORDER BY 2
              LIMIT ?6))\
    """
        .formatted(
            shape.logJson(),
            shape.place(TableShape.LOG),
            isNew(shape.place(TableShape.LOG), shape.logIdentity(), 4, 5));
  }

  private String logged() {
    return shape.hasLog()
        ? "iif(?7, 1, EXISTS (SELECT 1 FROM agent_log_entries WHERE %s))"
            .formatted(isNew(shape.place(TableShape.LOG), shape.logIdentity(), 4, 5))
        : "0";
  }

  private String sessions() {
    if (!shape.hasSessions()) {
      return "'{}'";
    }
    return """
    (SELECT json_group_object(session_id, ticket)
       FROM (SELECT %s AS session_id, %s AS ticket
               FROM agent_sessions
              WHERE session_id IS NOT NULL AND ticket_id IS NOT NULL
              ORDER BY %s DESC
              LIMIT %d))\
    """
        .formatted(
            "CAST(session_id AS TEXT)",
            TableShape.text("ticket_id"),
            shape.place(TableShape.SESSIONS),
            MOST_SESSIONS);
  }

  private static List<TicketRow> tickets(String json) throws SQLException {
    List<TicketRow> rows = new ArrayList<>();
    for (JsonNode row : OneRow.json(json)) {
      rows.add(
          TicketRow.of(
              row.get(0).asText(),
              row.get(1).isNull() ? null : (Long) row.get(1).asLong(),
              (ObjectNode) row.get(2)));
    }
    return rows;
  }

  private static List<LogRow> log(String json) throws SQLException {
    List<LogRow> rows = new ArrayList<>();
    for (JsonNode row : OneRow.json(json)) {
      rows.add(LogRow.of(row));
    }
    return rows;
  }

  private static Map<String, String> sessions(String json) throws SQLException {
    Map<String, String> tickets = new HashMap<>();
    OneRow.json(json).properties().forEach(e -> tickets.put(e.getKey(), e.getValue().asText()));
    return tickets;
  }
}
