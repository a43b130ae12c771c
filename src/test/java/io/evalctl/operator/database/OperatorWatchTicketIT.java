package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evalctl.operator.database.TrackedTicket.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ticket is tracked, and when it is said to have come and gone. */
class OperatorWatchTicketIT extends WatchTests {
  private static final String OPEN = "INSERT INTO tickets (status) VALUES ('open')";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTicketIsSightedOpenAndResolvedInEitherJournalMode(boolean wal) {
    if (wal) {
      writer.open(file).withTables();
    } else {
      writer.openWithJournal(file).withTables();
    }
    watchAndMark();

    long opened = writer.sql(OPEN);
    TrackedTicket ticket = ticket();
    assertThat(ticket.detection()).isEqualTo(Detection.NEW);
    assertThat(ticket.status()).isEqualTo("open");
    assertThat(ticket.sightedCreated().nanos()).isLessThan(TIME.nanoTime());
    assertThat(ticket.resolvedNanos()).isEmpty();
    assertThat(watch.awaitResolved(now())).isEmpty();

    long resolved =
        writer.sql("UPDATE tickets SET status = 'resolved', resolved_at = datetime('now')");
    // The end of the claimed second, where that comes before the sighting.
    assertThat(resolvedTicket().resolvedNanos().orElseThrow())
        .isLessThanOrEqualTo(resolvedTicket().sightedResolved().nanos())
        .isGreaterThan(opened);
    assertThat(resolved).isGreaterThan(opened);
  }

  @Test
  void ticketsFromBeforeTheMarkNeverCount() {
    writer.open(file).withTables();
    writer.sql(OPEN);
    watch();
    writer.sql(OPEN);
    writer.sql(OPEN);
    watch.awaitReady(soon());
    watch.mark(soon());
    watch.onset(TIME.nanoTime(), TIME.nanoTime());

    assertThat(watch.startupTickets()).isEqualTo(2);
    catchUp();
    assertThat(watch.ticket()).isEmpty();
    writer.sql(OPEN);
    assertThat(ticket().id()).isEqualTo("4");
  }

  @Test
  void inAFileThatWasNotThereEveryEarlyTicketIsAStartupTicket() {
    watch();
    writer.open(file).withTables();
    writer.sql(OPEN);
    watch.awaitReady(soon());
    watch.mark(soon());

    assertThat(watch.startupTickets()).isEqualTo(1);
  }

  @Test
  void theFirstTicketIsFollowedThoughNewerOnesCome() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql(OPEN);
    writer.sql(OPEN);
    writer.sql("UPDATE tickets SET status = 'resolved' WHERE id = 2");
    catchUp();
    assertThat(ticket().id()).isEqualTo("1");
    assertThat(watch.awaitResolved(now())).isEmpty();

    writer.sql("UPDATE tickets SET status = 'resolved' WHERE id = 1");
    assertThat(resolvedTicket().id()).isEqualTo("1");
    assertThat(watch.tickets()).hasSize(2);
    assertThat(watch.tickets().get(1).get("status").asText()).isEqualTo("resolved");
    assertThat(watch.tickets().get(1).size()).isEqualTo(21);
  }

  @Test
  void anOlderOpenTicketThatIsSeenAgainCounts() {
    writer.open(file).withTables();
    writer.sql("INSERT INTO tickets (status, occurrence_count) VALUES ('open', 1)");
    watchAndMark();
    catchUp();
    assertThat(watch.ticket()).isEmpty();

    writer.sql("UPDATE tickets SET occurrence_count = 2");

    assertThat(ticket().detection()).isEqualTo(Detection.UPDATED_OLDER);
    writer.sql("UPDATE tickets SET status = 'resolved'");
    assertThat(resolvedTicket().id()).isEqualTo("1");
  }

  @Test
  void anOlderResolvedTicketDoesNot() {
    writer.open(file).withTables();
    writer.sql("INSERT INTO tickets (status, occurrence_count) VALUES ('resolved', 1)");
    watchAndMark();
    writer.sql("UPDATE tickets SET occurrence_count = 2");
    catchUp();

    assertThat(watch.ticket()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
        "strftime('%Y-%m-%dT%H:%M:%f', 'now')",
        "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        "strftime('%Y-%m-%dT%H:%M:%f', 'now', '+5 hours') || '+05:00'",
      })
  void aPreciseTimeIsBelievedInEveryForm(String now) {
    writer.open(file).withTables();
    watchAndMark();
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    writer.sql("INSERT INTO tickets (status, first_seen_at) VALUES ('open', " + now + ")");
    Instant after = Instant.now();

    TrackedTicket ticket = ticket();
    assertThat(ticket.flags()).isEmpty();
    assertThat(ticket.claimedCreated()).isBetween(before, after);
    assertThat(ticket.detectedNanos()).isLessThanOrEqualTo(ticket.sightedCreated().nanos());
  }

  @Test
  void aTimeWithoutOffsetIsLocalWhenToldSo() {
    writer.open(file).withTables();
    watch = OperatorWatch.open(file, OperatorTimezone.LOCAL, TIME);
    watch.awaitReady(soon());
    watch.mark(soon());
    String local = LocalDateTime.now().truncatedTo(ChronoUnit.MILLIS).toString();
    writer.sql("INSERT INTO tickets (status, first_seen_at) VALUES ('open', '" + local + "')");

    assertThat(ticket().flags()).isEmpty();
    assertThat(ticket().claimedCreated()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void aClockFarOffIsFlagged() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql(
        "INSERT INTO tickets (status, first_seen_at) VALUES ('open', datetime('now', '+1 hour'))");

    TrackedTicket ticket = ticket();
    assertThat(ticket.flags()).containsExactly(TrackedTicket.CLOCK_SKEW);
    assertThat(ticket.detectedNanos()).isEqualTo(ticket.sightedCreated().nanos());
  }

  @Test
  void optionalColumnsMayBeMissing() {
    writer.open(file);
    writer.sql("CREATE TABLE tickets (id INTEGER PRIMARY KEY, status, first_seen_at, resolved_at)");
    watchAndMark();
    writer.sql(OPEN);
    writer.sql("UPDATE tickets SET status = 'resolved'");

    assertThat(resolvedTicket().id()).isEqualTo("1");
    assertThat(watch.tickets().get(0).size()).isEqualTo(4);
    assertThat(watch.commands()).isEmpty();
    assertThat(watch.logged()).isFalse();
  }

  @Test
  void oddColumnsAndValuesAreKept() {
    writer.open(file).withTables();
    writer.sql("ALTER TABLE tickets ADD COLUMN \"it's \"\"odd\"\"\" TEXT");
    watchAndMark();
    writer.sql("INSERT INTO tickets VALUES (1" + ", NULL".repeat(20) + ", x'00ff')");
    writer.sql("UPDATE tickets SET status = 'open', held = 9e999, message = 'a \"b\" ' || char(1)");
    catchUp();

    assertThat(watch.tickets().get(0).get("it's \"odd\"").asText()).isEqualTo("00FF");
    assertThat(watch.tickets().get(0).get("held").asDouble()).isInfinite();
    assertThat(watch.tickets().get(0).get("message").asText()).isEqualTo("a \"b\" \u0001");
  }

  @Test
  void columnsThatComeLaterAreRead() {
    writer.open(file).withTables();
    watchAndMark();
    writer.sql(OPEN);
    ticket();
    writer.sql("ALTER TABLE tickets ADD COLUMN later TEXT DEFAULT 'x'");
    catchUp();

    assertThat(watch.tickets().get(0).get("later").asText()).isEqualTo("x");
  }

  @Test
  void afterADatabaseWasReplacedByANewOneItsTicketsCount() throws IOException {
    writer.open(file).withTables();
    writer.sql("INSERT INTO tickets (status, first_seen_at) VALUES ('open', '2020-01-01')");
    writer.closeDatabase();
    watchAndMark();

    writer.openWithJournal(directory.resolve("new.db")).withTables();
    writer.sql("INSERT INTO tickets (status, first_seen_at) VALUES ('open', datetime('now'))");
    writer.closeDatabase();
    Files.move(directory.resolve("new.db"), file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(ticket().detection()).isEqualTo(Detection.NEW);
    assertThat(ticket().id()).isEqualTo("1");
  }

  @Test
  void afterADatabaseWasReplacedByItsOwnCopyOldTicketsStayOld() throws IOException {
    writer.openWithJournal(file).withTables();
    writer.sql("INSERT INTO tickets (status, first_seen_at) VALUES ('open', '2020-01-01')");
    watchAndMark();
    writer.sql("VACUUM INTO '" + directory.resolve("new.db") + "'");
    writer.closeDatabase();
    Files.move(directory.resolve("new.db"), file, StandardCopyOption.REPLACE_EXISTING);
    catchUp();
    assertThat(watch.ticket()).isEmpty();

    writer.openWithJournal(file);
    writer.sql(OPEN);
    assertThat(ticket().id()).isEqualTo("2");
  }

  @Test
  void aFileThatVanishesIsToldAndReadAgainWhenItIsBack() throws IOException {
    writer.openWithJournal(file).withTables();
    writer.closeDatabase();
    watchAndMark();
    Files.move(file, directory.resolve("away.db"));
    awaitProblem("does not exist");
    Files.move(directory.resolve("away.db"), file);
    writer.openWithJournal(file);
    writer.sql(OPEN);

    assertThat(ticket().id()).isEqualTo("1");
  }
}
