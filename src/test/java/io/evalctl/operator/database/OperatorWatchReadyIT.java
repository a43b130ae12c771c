package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A database that is missing, half made, locked or damaged, and one that becomes well. */
class OperatorWatchReadyIT extends WatchTests {

  @Test
  void aFileThatAppearsLateIsRead() {
    watch();
    assertNotReady("does not exist");

    writer.open(file).withTables();

    watch.awaitReady(soon());
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void anEmptyFileThatIsFilledLaterIsRead() throws IOException {
    Files.createFile(file);
    watch();
    assertNotReady("is empty");

    writer.open(file).withTables();

    watch.awaitReady(soon());
  }

  @Test
  void aDirectoryIsNoDatabase() throws IOException {
    Files.createDirectory(file);
    watch();

    assertNotReady("is a directory");
  }

  @Test
  void whatIsNoDatabaseIsToldFromADamagedOne() throws IOException {
    Files.writeString(file, "this is a text that nobody could take for a database of any kind");
    watch();
    assertNotReady("is not a SQLite database");
    watch.close();

    Files.delete(file);
    writer.openWithJournal(file).withTables();
    writer.closeDatabase();
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 100, bytes.length, (byte) 0x5a);
    Files.write(file, bytes);
    watch();
    assertNotReady("is damaged");
  }

  @Test
  void aDamagedFileThatIsReplacedIsRead() throws IOException {
    Files.writeString(file, "this is a text that nobody could take for a database of any kind");
    watch();
    assertNotReady("is not a SQLite database");

    writer.openWithJournal(directory.resolve("new.db")).withTables();
    writer.closeDatabase();
    Files.move(directory.resolve("new.db"), file, StandardCopyOption.REPLACE_EXISTING);

    watch.awaitReady(soon());
  }

  @Test
  void withoutTheTicketsTableItIsNotReady() {
    writer.open(file);
    writer.sql("CREATE TABLE agent_sessions (id INTEGER)");
    watch();
    assertNotReady("has no table tickets");

    writer.sql(
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, status TEXT, first_seen_at TEXT,"
            + " resolved_at TEXT)");

    watch.awaitReady(soon());
  }

  @Test
  void aRequiredColumnThatIsMissingIsNamed() {
    writer.open(file);
    writer.sql("CREATE TABLE tickets (id INTEGER PRIMARY KEY, status TEXT, first_seen_at TEXT)");
    watch();
    assertNotReady("has no column resolved_at in its table tickets");

    writer.sql("ALTER TABLE tickets ADD COLUMN resolved_at TEXT");

    watch.awaitReady(soon());
  }

  @Test
  void aRequiredColumnOfTheLogIsNamedToo() {
    writer.open(file);
    writer.sql("CREATE TABLE tickets (id INTEGER PRIMARY KEY, status, first_seen_at, resolved_at)");
    writer.sql("CREATE TABLE agent_log_entries (tool_name, tool_params, timestamp, entry_type)");
    watch();

    assertNotReady("has no column exit_code in its table agent_log_entries");
  }

  @Test
  void aLockThatEndsIsWaitedFor() {
    writer.openWithJournal(file).withTables();
    writer.sql("BEGIN EXCLUSIVE");
    watch();
    assertNotReady("is locked by another process");
    assertThatThrownBy(() -> watch.mark(now())).hasMessageContaining("is locked");

    writer.sql("COMMIT");

    watch.awaitReady(soon());
    watch.mark(soon());
  }

  @Test
  void aLockInMidTrialHidesOnlyWhatIsNotCommitted() {
    writer.openWithJournal(file).withTables();
    watchAndMark();
    writer.sql("BEGIN EXCLUSIVE");
    writer.sql("INSERT INTO tickets (status) VALUES ('open')");
    catchUp();
    assertThat(watch.ticket()).isEmpty();

    writer.sql("COMMIT");

    assertThat(ticket().id()).isEqualTo("1");
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void aLockOnAWalDatabaseIsToldAndOutlasted() {
    writer.open(file).withTables();
    watchAndMark();
    watch.close();
    writer.closeDatabase();
    writer.open(file);
    writer.sql("PRAGMA locking_mode = EXCLUSIVE");
    writer.sql("INSERT INTO tickets (status) VALUES ('open')");
    watch();
    assertNotReady("is locked by another process");
    assertThat(watch.catchUp(now())).isFalse();

    writer.closeDatabase();

    watch.awaitReady(soon());
  }

  @Test
  void aWriterThatCrashedLeavesAReadableDatabase() {
    try (SqlWriterProcess crashing = new SqlWriterProcess()) {
      crashing.open(file).withTables();
      watchAndMark();
      crashing.sql("INSERT INTO tickets (status) VALUES ('open')");
      crashing.sql("BEGIN IMMEDIATE");
      crashing.sql("UPDATE tickets SET status = 'resolved'");
      crashing.kill();
    }

    assertThat(ticket().status()).isEqualTo("open");
    catchUp();
    assertThat(ticket().resolved()).isNull();
  }

  @Test
  void closeEndsTheThreadAndKeepsWhatWasSeen() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql("INSERT INTO tickets (status) VALUES ('open')");
    ticket();
    watch.close();
    watch.close();

    assertThat(watch.ticket()).isPresent();
  }

  private void assertNotReady(String reason) {
    assertThat(watch.ready()).isFalse();
    assertThatThrownBy(() -> watch.awaitReady(now()))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.OPERATOR_DATABASE);
              assertThat(error.hint()).contains("evalctl operator init-db");
            })
        .hasMessageStartingWith("operator database not ready after 0.0s: " + file + " ")
        .hasMessageContaining(reason);
  }
}
