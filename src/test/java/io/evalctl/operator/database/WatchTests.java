package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the watch share: one writer process, a directory, a watch that is closed. */
abstract class WatchTests {
  static final TimeSource TIME = TimeSource.system();
  static SqlWriterProcess writer;

  @TempDir Path directory;
  Path file;
  OperatorWatch watch;

  @BeforeAll
  static void startWriter() {
    writer = new SqlWriterProcess();
  }

  @AfterAll
  static void endWriter() {
    writer.close();
  }

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("operator.db");
  }

  @AfterEach
  void closeAll() {
    if (watch != null) {
      watch.close();
    }
    writer.closeDatabase();
  }

  void watch() {
    watch = OperatorWatch.open(file, OperatorTimezone.UTC, TIME);
  }

  /** Watches from before a fault that is seen at once. */
  void watchAndMark() {
    watch();
    watch.awaitReady(soon());
    watch.mark(soon());
    watch.onset(TIME.nanoTime(), TIME.nanoTime());
  }

  /** Far more than anything here takes. */
  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20), TIME);
  }

  static Deadline now() {
    return Deadline.in(Duration.ZERO, TIME);
  }

  TrackedTicket ticket() {
    return watch.awaitTicket(soon()).orElseThrow();
  }

  TrackedTicket resolvedTicket() {
    return watch.awaitResolved(soon()).orElseThrow();
  }

  void awaitProblem(String text) {
    Waiter.until(
        "the problem: " + text + ", not " + watch.problem(),
        soon(),
        Duration.ofMillis(5),
        () -> watch.problem().filter(problem -> problem.contains(text)).isPresent());
  }

  /** Reads all that is committed. */
  void catchUp() {
    assertThat(watch.catchUp(soon())).isTrue();
  }
}
