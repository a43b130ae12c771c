package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which logged commands count, and what came of them. */
class OperatorWatchLogIT extends WatchTests {

  @Test
  void commandsAfterTheMarkArePairedWithTheirResults() {
    writer.open(file).withTables();
    log("old", "tool_call", "sh", null);
    watchAndMark();
    writer.sql("INSERT INTO tickets (status) VALUES ('open')");
    log("a", "reasoning", null, null);
    log("a", "tool_call", "sh", null);
    log("b", "tool_call", "sql", null);
    log("b", "tool_result", "sql", 2);
    log("a", "tool_result", null, 1);
    writer.sql("UPDATE tickets SET status = 'resolved'");
    resolvedTicket();
    catchUp();

    assertThat(watch.commands())
        .extracting(command -> command.toolName() + command.exitCode())
        .containsExactly("sh1", "sql2");
    assertThat(watch.logged()).isTrue();
    assertThat(watch.commands().get(0).toolParams().get("command").asText()).isEqualTo("x");
    assertThat(watch.commands().get(0).timestamp())
        .isBetween(Instant.now().minusSeconds(60), Instant.now());
  }

  @Test
  void whereTheTicketHasSessionsOnlyTheirCommandsCount() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql("INSERT INTO tickets (status) VALUES ('open'), ('open')");
    writer.sql("INSERT INTO agent_sessions (session_id, ticket_id) VALUES ('a', 1), ('b', 2)");
    log("a", "tool_call", "mine", null);
    log("b", "tool_call", "other", null);
    log("c", "tool_call", "nobody's", null);
    log(null, "tool_call", "nobody's", null);
    catchUp();

    assertThat(names()).containsExactly("mine");
  }

  @Test
  void whereItHasNoneTheCommandsOfOtherTicketsDoNot() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql("INSERT INTO tickets (status) VALUES ('open'), ('open')");
    writer.sql("INSERT INTO agent_sessions (session_id, ticket_id) VALUES ('b', 2), ('c', NULL)");
    log("b", "tool_call", "other", null);
    log("c", "tool_call", "some session's", null);
    log(null, "tool_call", "no session's", null);
    catchUp();

    assertThat(names()).containsExactly("some session's", "no session's");
  }

  @Test
  void withoutATicketAllCommandsCount() {
    writer.open(file).withTables();
    watchAndMark();
    log("a", "tool_call", "one", null);
    log(null, "tool_call", "two", null);
    catchUp();

    assertThat(names()).containsExactly("one", "two");
  }

  @Test
  void aLogWithoutIdsAndSessionsIsRead() {
    writer.open(file);
    writer.sql("CREATE TABLE tickets (id INTEGER PRIMARY KEY, status, first_seen_at, resolved_at)");
    writer.sql(
        "CREATE TABLE agent_log_entries (tool_name, tool_params, exit_code, timestamp,"
            + " entry_type)");
    writer.sql("INSERT INTO agent_log_entries (entry_type, tool_name) VALUES ('tool_call', 'old')");
    watchAndMark();
    assertThat(watch.logged()).isFalse();
    writer.sql("INSERT INTO agent_log_entries (entry_type, tool_name) VALUES ('tool_call', 'new')");
    writer.sql("INSERT INTO agent_log_entries (entry_type, exit_code) VALUES ('tool_result', 3)");
    catchUp();

    assertThat(names()).containsExactly("new");
    assertThat(watch.commands().get(0).exitCode()).isEqualTo(3);
  }

  @Test
  void thoughtsAloneAreALogButNoCommands() {
    writer.open(file).withTables();
    watchAndMark();
    log("a", "reasoning", null, null);
    catchUp();

    assertThat(watch.logged()).isTrue();
    assertThat(watch.commands()).isEmpty();
  }

  @Test
  void aFloodOfEntriesIsCutNotKept() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql(
        "INSERT INTO agent_log_entries (entry_type, tool_name)"
            + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
            + " SELECT 'tool_call', 'sh' FROM n");
    catchUp();

    assertThat(watch.commands()).hasSize(CommandLog.MOST_ROWS);
    assertThat(watch.drainEvents()).hasSizeLessThan(CommandLog.MOST_ROWS);
  }

  @Test
  void eventsAreTheTimeline() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql("INSERT INTO tickets (status) VALUES ('open')");
    ticket();
    log("a", "tool_call", "sh", null);
    catchUp();
    writer.sql("UPDATE tickets SET status = 'diagnosed'");
    catchUp();
    writer.sql("UPDATE tickets SET status = 'resolved'");
    catchUp();

    assertThat(watch.drainEvents())
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("TicketOpened", "CommandLogged", "TicketUpdated", "TicketResolved");
    assertThat(watch.drainEvents()).isEmpty();
  }

  private List<String> names() {
    return watch.commands().stream().map(OperatorCommand::toolName).toList();
  }

  private static void log(String session, String type, String tool, Integer exitCode) {
    writer.sql(
        "INSERT INTO agent_log_entries"
            + " (session_id, entry_type, tool_name, tool_params, exit_code, timestamp)"
            + " VALUES (%s, '%s', %s, '{\"command\":\"x\"}', %s, datetime('now'))"
                .formatted(quoted(session), type, quoted(tool), exitCode));
  }

  private static String quoted(String text) {
    return text == null ? "NULL" : "'" + text.replace("'", "''") + "'";
  }
}
