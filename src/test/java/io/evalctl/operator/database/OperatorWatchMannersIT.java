package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The operator must not notice that it is watched. */
class OperatorWatchMannersIT extends WatchTests {
  private static final String COUNT = "UPDATE tickets SET occurrence_count = occurrence_count + 1";

  @Test
  void aBusyWriterWithAJournalIsNotStarved() {
    writer.openWithJournal(file).withTables();
    watchedWhileHammered(2_000, 0);
  }

  @Test
  void aBusyWriterWithAWriteAheadLogIsNotStarved() {
    writer.open(file).withTables().impatient();
    watchedWhileHammered(2_000, 0);
  }

  @Test
  void aWriterWithAJournalThatDoesNotWaitForLocksMeetsNone() {
    writer.openWithJournal(file).withTables();
    watchAndMark();
    writer.impatient();
    writer.sql("INSERT INTO tickets (status, occurrence_count) VALUES ('open', 0)");
    ticket();
    writer.hammer(300, 2, COUNT);
    catchUp();

    assertThat(watch.tickets().get(0).get("occurrence_count").asInt()).isEqualTo(300);
  }

  @Test
  void nothingIsWrittenAndNothingIsLeftBesideAJournalledDatabase() {
    writer.openWithJournal(file).withTables();
    watchAndMark();
    writer.sql("INSERT INTO tickets (status, occurrence_count) VALUES ('open', 0)");
    ticket();
    watch.close();

    assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
  }

  private void watchedWhileHammered(int times, int pause) {
    watchAndMark();
    writer.sql("INSERT INTO tickets (status, occurrence_count) VALUES ('open', 0)");
    writer.hammer(times, pause, COUNT);
    catchUp();

    assertThat(watch.tickets().get(0).get("occurrence_count").asInt()).isEqualTo(times);
  }
}
