package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids of any kind: a new row is one that was not there, whatever its id. */
class OperatorWatchIdsIT extends WatchTests {
  private static final String COLUMNS = ", status TEXT, first_seen_at TEXT, resolved_at TEXT";
  private static final String LOG_COLUMNS =
      ", session_id, entry_type, tool_name, tool_params, exit_code, timestamp";
  private static final String NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

  /** The id's type; three ids, of which the first is there before the mark; how they are shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "id TEXT PRIMARY KEY; 'f47a-9'; '0b1e-1'; '9c3d-5'; 0b1e-1",
        "id TEXT PRIMARY KEY) WITHOUT ROWID; 'f47a-9'; '0b1e-1'; '9c3d-5'; 0b1e-1",
        "id BLOB PRIMARY KEY; x'ff01'; x'0002'; x'8003'; 0002",
        "id INT PRIMARY KEY; 900; 17; 300; 17",
        "id INTEGER PRIMARY KEY; 900; 17; 300; 17",
        "id INTEGER PRIMARY KEY; 900; 899; 898; 899",
        "id INTEGER PRIMARY KEY; -5; -6; -7; -6",
        "id REAL PRIMARY KEY; 0.9; 0.1; 0.5; 0.1",
        "id; NULL; NULL; NULL; row 2",
      })
  void aTicketIsSeenResolvedAndKnownWhateverItsId(
      String id, String old, String first, String second, String shown) {
    makeTables(id);
    writer.sql("INSERT INTO tickets VALUES (" + old + ", 'open', '2020-01-01', NULL)");
    log(old, "tool_call", "old");
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES (" + first + ", 'open', " + NOW + ", NULL)");
    assertThat(ticket().id()).isEqualTo(shown);
    writer.sql("INSERT INTO tickets VALUES (" + second + ", 'open', " + NOW + ", NULL)");
    log(first, "tool_call", "mend");
    catchUp();
    assertThat(ticket().id()).as("the first one is followed").isEqualTo(shown);
    writer.sql(
        "UPDATE tickets SET status = 'resolved', resolved_at = %s WHERE first_seen_at = %s"
            .formatted(
                NOW, "(SELECT min(first_seen_at) FROM tickets WHERE first_seen_at > '2021')"));

    assertThat(resolvedTicket().id()).isEqualTo(shown);
    assertThat(resolvedTicket().flags()).isEmpty();
    assertThat(watch.tickets()).hasSize(2);
    assertThat(watch.commands()).extracting(OperatorCommand::toolName).containsExactly("mend");
  }

  /** As an operator with UPSERT does it: the row is another one each time, the ticket is not. */
  @Test
  void aTicketWhoseRowIsReplacedIsTheSameTicket() {
    makeTables("id TEXT PRIMARY KEY");
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES ('a', 'open', '2026-01-01T00:00:00Z', NULL)");
    ticket();
    writer.sql(
        "INSERT OR REPLACE INTO tickets VALUES ('a', 'resolved', '2026-01-01T00:00:00Z', NULL)");

    assertThat(resolvedTicket().id()).isEqualTo("a");
    assertThat(watch.tickets()).hasSize(1);
  }

  /** SQLite gives the id of a row that was deleted to the next one. */
  @Test
  void anIdThatIsUsedAgainIsANewTicket() {
    makeTables("id INTEGER PRIMARY KEY");
    writer.sql("INSERT INTO tickets VALUES (1, 'resolved', '2026-01-01T00:00:00Z', NULL)");
    watchAndMark();
    writer.sql("DELETE FROM tickets");
    writer.sql("INSERT INTO tickets VALUES (NULL, 'open', " + NOW + ", NULL)");

    assertThat(ticket().id()).isEqualTo("1");
  }

  /** As an operator with one ticket for each kind of trouble does it. */
  @Test
  void aTicketFromBeforeThatIsOpenedAgainCounts() {
    makeTables("id TEXT PRIMARY KEY");
    writer.sql("INSERT INTO tickets VALUES ('a', 'resolved', '2026-01-01', '2026-01-02')");
    watchAndMark();
    catchUp();
    assertThat(watch.ticket()).isEmpty();
    writer.sql("UPDATE tickets SET status = 'open', resolved_at = NULL");
    assertThat(ticket().id()).isEqualTo("a");
    assertThat(watch.awaitResolved(now())).isEmpty();
    writer.sql("UPDATE tickets SET status = 'resolved', resolved_at = " + NOW);

    assertThat(resolvedTicket().id()).isEqualTo("a");
  }

  /** As an operator that names tickets after nodes, in a table that asks for no key, does it. */
  @Test
  void ticketsOfOneIdAreToldApartByTheirTimes() {
    makeTables("id TEXT");
    for (String time : List.of("2020-01-01", "2020-01-02", "2020-01-03")) {
      writer.sql("INSERT INTO tickets VALUES ('n', 'resolved', '" + time + "', '" + time + "')");
    }
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES ('n', 'open', '2099-01-01', NULL)");
    ticket();
    writer.sql("INSERT INTO tickets VALUES ('n', 'open', '2099-01-02', NULL)");
    catchUp();
    catchUp();
    assertThat(watch.tickets()).hasSize(2);
    assertThat(watch.awaitResolved(now())).as("of the older ones is no news").isEmpty();
    writer.sql("UPDATE tickets SET status = 'resolved' WHERE first_seen_at = '2099-01-02'");
    catchUp();
    assertThat(watch.awaitResolved(now())).as("the first one is followed").isEmpty();
    writer.sql("UPDATE tickets SET status = 'resolved' WHERE first_seen_at = '2099-01-01'");

    assertThat(resolvedTicket().id()).isEqualTo("n");
    assertThat(watch.tickets()).hasSize(2);
  }

  @Test
  void columnsMayBeGenerated() {
    makeTables("uuid TEXT");
    writer.sql("ALTER TABLE tickets ADD COLUMN id TEXT GENERATED ALWAYS AS (uuid) VIRTUAL");
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES ('a', 'open', " + NOW + ", NULL)");

    assertThat(ticket().id()).isEqualTo("a");
  }

  @Test
  void viewsServeAsTables() {
    writer.open(file);
    writer.sql("CREATE TABLE incident (uuid TEXT PRIMARY KEY, state, since, until)");
    writer.sql(
        "CREATE VIEW tickets AS SELECT uuid AS id, state AS status, since AS first_seen_at,"
            + " until AS resolved_at FROM incident");
    writer.sql("INSERT INTO incident VALUES ('z', 'open', '2020-01-01', NULL)");
    watchAndMark();
    writer.sql("INSERT INTO incident VALUES ('a', 'open', " + NOW + ", NULL)");
    assertThat(ticket().id()).isEqualTo("a");
    writer.sql("UPDATE incident SET state = 'resolved' WHERE uuid = 'a'");

    assertThat(resolvedTicket().id()).isEqualTo("a");
  }

  /** Its result comes before its call by number, and its exit code is filled in later. */
  @Test
  void aLogThatCountsDownIsReadInItsOrderAndAgainWhenItChanges() {
    makeTables("id INTEGER PRIMARY KEY");
    log("900", "reasoning", "old");
    watchAndMark();
    writer.sql(
        "INSERT INTO agent_log_entries VALUES"
            + " (899, 's', 'tool_call', 'first', NULL, NULL, '2099-01-01T00:00:01.000Z'),"
            + " (898, 's', 'tool_result', 'first', NULL, 3, '2099-01-01T00:00:01.500Z'),"
            + " (897, 's', 'tool_call', 'second', NULL, NULL, '2099-01-01T00:00:02.000Z')");
    catchUp();
    assertThat(watch.commands())
        .extracting(command -> command.toolName() + command.exitCode())
        .containsExactly("first3", "secondnull");
    writer.sql("UPDATE agent_log_entries SET exit_code = 7 WHERE id = 897");
    catchUp();

    assertThat(watch.commands())
        .extracting(command -> command.toolName() + command.exitCode())
        .containsExactly("first3", "second7");
  }

  @Test
  void whatCannotBeToldFromOldRowsIsRefusedAtOnce() {
    makeTables("id TEXT PRIMARY KEY) WITHOUT ROWID");
    fill("tickets", "'t' || i, 'resolved', NULL, NULL");
    watch();
    watch.awaitReady(soon());

    assertThatThrownBy(() -> watch.mark(Deadline.in(Duration.ofMillis(200), TIME)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATOR_DATABASE))
        .hasMessageContaining("20001 rows in tickets, which has no row numbers");
  }

  /** Of so many rows only the newest are remembered; below them nobody looks. */
  @Test
  void inAVeryLongTableNewRowsAreSeenOrMissedAloud() {
    makeTables("id INTEGER PRIMARY KEY");
    fill("tickets", "i + 10, 'resolved', NULL, NULL");
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES (NULL, 'open', " + NOW + ", NULL)");
    assertThat(ticket().id()).isEqualTo("20012");
    catchUp();
    writer.sql("INSERT INTO tickets VALUES (1, 'open', " + NOW + ", NULL)");

    assertThat(watch.catchUp(now())).isFalse();
    assertThat(watch.problem()).hasValueSatisfying(it -> assertThat(it).contains("new rows in"));
  }

  /** Between the mark and the fault evalctl looks whom it can hit. */
  @Test
  void aTicketThatCameBeforeTheFaultAnswersSomethingElse() {
    makeTables("id TEXT PRIMARY KEY");
    watch();
    watch.awaitReady(soon());
    watch.mark(soon());
    writer.sql("INSERT INTO tickets VALUES ('early', 'open', " + NOW + ", NULL)");
    ticket();
    watch.onset(TIME.nanoTime(), TIME.nanoTime());
    assertThat(watch.ticket()).isEmpty();
    assertThat(watch.startupTickets()).isEqualTo(1);
    writer.sql("INSERT INTO tickets VALUES ('answer', 'open', " + NOW + ", NULL)");

    assertThat(ticket().id()).isEqualTo("answer");
  }

  private void makeTables(String id) {
    String column = id.replaceAll("\\).*", "");
    String end = id.substring(column.length());
    writer.open(file);
    for (String table :
        new String[] {
          "tickets (" + column + COLUMNS, "agent_log_entries (" + column + LOG_COLUMNS
        }) {
      writer.sql("CREATE TABLE " + table + (end.isEmpty() ? ")" : end));
    }
  }

  private static void fill(String table, String values) {
    writer.sql(
        "INSERT INTO %s WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20001)"
                .formatted(table)
            + " SELECT "
            + values
            + " FROM n");
  }

  private static void log(String id, String type, String tool) {
    writer.sql(
        "INSERT INTO agent_log_entries VALUES (%s, NULL, '%s', '%s', NULL, 0, %s)"
            .formatted(id, type, tool, NOW));
  }
}
