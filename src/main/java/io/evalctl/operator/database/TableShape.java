package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which columns an operator's tables have, and the SQL that reads what is there as JSON. Ids may be
 * of any type and need not grow: rows are told apart by what {@link #ticketIdentity()} and {@link
 * #logIdentity()} say. Immutable.
 *
 * @param tickets column names of the tickets table
 * @param log those of agent_log_entries
 * @param sessions those of agent_sessions
 * @param numbered which of the three SQLite numbers itself, in the order in which rows come as a
 *     rule: tables with row numbers, not views and not those made WITHOUT ROWID
 * @param version of the schema that has them
 */
record TableShape(
    List<String> tickets,
    List<String> log,
    List<String> sessions,
    List<String> numbered,
    String version) {

  /** An expression for the number that changes with every change to a table's definition. */
  static final String VERSION = "(SELECT schema_version FROM pragma_schema_version)";

  static final String TICKETS = "tickets";
  static final String LOG = "agent_log_entries";
  static final String SESSIONS = "agent_sessions";

  /**
   * One row: of each table a JSON object, name to type; a JSON list of the tables with row numbers;
   * and the version of the schema.
   */
  static final String QUERY =
      "SELECT %s, %s, %s, %s, %s"
          .formatted(
              describe(TICKETS),
              describe(LOG),
              describe(SESSIONS),
              "(SELECT json_group_array(lower(name)) FROM pragma_table_list"
                  + " WHERE schema = 'main' AND type = 'table' AND wr = 0)",
              VERSION);

  private static final List<String> TICKET_COLUMNS =
      List.of("id", "status", "first_seen_at", "resolved_at");
  private static final List<String> LOG_COLUMNS =
      List.of("tool_name", "tool_params", "exit_code", "timestamp", "entry_type");

  private static String describe(String table) {
    // Generated columns are columns; what is only an argument of a virtual table (hidden = 1) is
    // not.
    return ("(SELECT json_group_object(lower(name), upper(type)) FROM pragma_table_xinfo('%s')"
            + " WHERE hidden <> 1)")
        .formatted(table);
  }

  static TableShape of(
      JsonNode tickets, JsonNode log, JsonNode sessions, JsonNode numbered, String version) {
    List<String> names = new ArrayList<>();
    numbered.forEach(name -> names.add(name.asText()));
    return new TableShape(names(tickets), names(log), names(sessions), names, version);
  }

  private static List<String> names(JsonNode columns) {
    List<String> names = new ArrayList<>();
    columns.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** What it lacks of that which is required; completes "FILE ...". */
  Optional<String> problem() {
    if (tickets.isEmpty()) {
      return Optional.of("has no table tickets");
    }
    return missing(TICKETS, tickets, TICKET_COLUMNS)
        .or(() -> log.isEmpty() ? Optional.empty() : missing(LOG, log, LOG_COLUMNS));
  }

  private static Optional<String> missing(
      String table, List<String> columns, List<String> required) {
    return required.stream()
        .filter(column -> !columns.contains(column))
        .findFirst()
        .map(column -> "has no column " + column + " in its table " + table);
  }

  boolean hasLog() {
    return !log.isEmpty();
  }

  /** Whether sessions tell which ticket a log entry is about. */
  boolean hasSessions() {
    return log.contains("session_id")
        && sessions.contains("session_id")
        && sessions.contains("ticket_id");
  }

  /** An expression for a row's number; NULL where SQLite numbers none. */
  String place(String table) {
    return numbered.contains(table) ? "_rowid_" : "NULL";
  }

  /** An expression for an id as text, whatever its type. */
  static String text(String column) {
    return "iif(typeof(%s) = 'blob', hex(%s), CAST(%s AS TEXT))".formatted(column, column, column);
  }

  /** An expression for what a ticket is known by: its id, or its number where that is missing. */
  String ticketKey() {
    return "coalesce(%s, 'row ' || %s, '')".formatted(text("id"), place(TICKETS));
  }

  /** An expression that is the same for the same ticket: an id may be used again. */
  String ticketIdentity() {
    return ticketKey() + " || '|' || quote(first_seen_at)";
  }

  /** An expression for what a log entry is known by. */
  String logKey() {
    return log.contains("id")
        ? "coalesce(%s, 'row ' || %s, '')".formatted(text("id"), place(LOG))
        : "coalesce('row ' || %s, '')".formatted(place(LOG));
  }

  /** An expression that is the same for the same log entry, as long as nobody changes it. */
  String logIdentity() {
    Stream<String> columns =
        numbered.contains(LOG) || log.contains("id")
            ? Stream.of("timestamp", "entry_type", "exit_code")
            : LOG_COLUMNS.stream();
    return logKey()
        + columns.map(column -> " || '|' || quote(" + column + ")").collect(Collectors.joining());
  }

  /** An expression for a JSON list of a ticket's key, its number and all of its columns. */
  String ticketJson() {
    List<String> pairs = new ArrayList<>();
    for (String column : tickets) {
      String name = "\"" + column.replace("\"", "\"\"") + "\"";
      pairs.add(
          "'%s', iif(typeof(%s) = 'blob', hex(%s), %s)"
              .formatted(column.replace("'", "''"), name, name, name));
    }
    return "json_array(%s, %s, json_object(%s))"
        .formatted(ticketKey(), place(TICKETS), String.join(", ", pairs));
  }

  /** An expression for a JSON object of what is needed of a log entry. */
  String logJson() {
    return String.format(
        Locale.ROOT,
        "json_object('key', %s, 'identity', %s, 'place', %s, 'session', CAST(%s AS TEXT),"
            + " 'type', entry_type, 'tool', CAST(tool_name AS TEXT),"
            + " 'params', CAST(tool_params AS TEXT), 'exit', CAST(exit_code AS TEXT),"
            + " 'time', CAST(timestamp AS TEXT))",
        logKey(),
        logIdentity(),
        place(LOG),
        log.contains("session_id") ? "session_id" : "NULL");
  }
}
