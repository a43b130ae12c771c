package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which columns an operator's tables have, and the SQL that reads what is there as JSON. Immutable.
 *
 * @param tickets column names of the tickets table
 * @param log those of agent_log_entries
 * @param sessions those of agent_sessions
 * @param logPlace what numbers the log: its id, or else SQLite's own row number
 * @param version of the schema that has them
 */
record TableShape(
    List<String> tickets,
    List<String> log,
    List<String> sessions,
    String logPlace,
    String version) {

  /** An expression for the number that changes with every change to a table's definition. */
  static final String VERSION = "(SELECT schema_version FROM pragma_schema_version)";

  /** One row with three JSON objects, name to type, and the version of the schema. */
  static final String QUERY =
      "SELECT "
          + describe("tickets")
          + ","
          + describe("agent_log_entries")
          + ","
          + describe("agent_sessions")
          + ", "
          + VERSION;

  private static final List<String> TICKET_COLUMNS =
      List.of("id", "status", "first_seen_at", "resolved_at");
  private static final List<String> LOG_COLUMNS =
      List.of("tool_name", "tool_params", "exit_code", "timestamp", "entry_type");

  private static String describe(String table) {
    return "(SELECT json_group_object(lower(name), upper(type)) FROM pragma_table_info('%s'))"
        .formatted(table);
  }

  static TableShape of(JsonNode tickets, JsonNode log, JsonNode sessions, String version) {
    boolean numbered = log.path("id").asText().contains("INT");
    return new TableShape(
        names(tickets), names(log), names(sessions), numbered ? "id" : "rowid", version);
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
    return missing("tickets", tickets, TICKET_COLUMNS)
        .or(
            () ->
                log.isEmpty() ? Optional.empty() : missing("agent_log_entries", log, LOG_COLUMNS));
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

  /** An expression for a JSON object of all of a ticket's columns. */
  String ticketJson() {
    List<String> pairs = new ArrayList<>();
    for (String column : tickets) {
      String name = "\"" + column.replace("\"", "\"\"") + "\"";
      pairs.add(
          "'%s', iif(typeof(%s) = 'blob', hex(%s), %s)"
              .formatted(column.replace("'", "''"), name, name, name));
    }
    return "json_object(" + String.join(", ", pairs) + ")";
  }

  /** An expression for a JSON object of what is needed of a log entry. */
  String logJson() {
    return String.format(
        Locale.ROOT,
        "json_object('place', %s, 'session', CAST(%s AS TEXT), 'type', entry_type,"
            + " 'tool', CAST(tool_name AS TEXT), 'params', CAST(tool_params AS TEXT),"
            + " 'exit', CAST(exit_code AS TEXT), 'time', CAST(timestamp AS TEXT))",
        logPlace,
        log.contains("session_id") ? "session_id" : "NULL");
  }
}
