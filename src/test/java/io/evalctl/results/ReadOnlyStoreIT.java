package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.testing.Commands;
import io.evalctl.testing.InProcess;
import io.evalctl.testing.Scratch;
import io.evalctl.testing.StoredRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results where nothing can be written, such as an archive or somebody else's directory. */
class ReadOnlyStoreIT {
  private static final String AT = "2026-11-20T20:12:00.000000+00:00";

  @TempDir Path directory;
  private Path place;
  private Path shown;
  private boolean mounted;

  @BeforeEach
  void prepare() throws IOException {
    place = Files.createDirectory(directory.resolve("place"));
    shown = Files.createDirectory(directory.resolve("shown"));
    new StoredRuns(place.resolve("eval.db"))
        .campaign(1, "{}", AT)
        .trial(1, 1, "agent", 1, "healed")
        .eval(1, AT);
  }

  /** Root may write wherever it likes, but for a mount that does not let it. */
  private void lock() throws IOException {
    mounted =
        Commands.tryRun("mount", "--bind", place.toString(), shown.toString()) == 0
            && Commands.tryRun("mount", "-o", "remount,ro,bind", shown.toString()) == 0;
    if (!mounted) {
      shown = place;
      try (Stream<Path> files = Files.list(place)) {
        for (Path file : files.toList()) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        }
      }
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    assumeTrue(!Files.isWritable(shown), "nothing keeps this user from writing");
  }

  @AfterEach
  void unlock() throws IOException {
    if (mounted) {
      assertThat(Commands.tryRun("umount", shown.toString())).isZero();
    }
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void everyReadingCommandWorks() throws IOException {
    lock();
    List<String> before = files();
    InProcess evalctl = new InProcess(directory);
    for (String command :
        List.of(
            "results list",
            "results show campaign:1",
            "results show eval:1",
            "results show 1 --trial 1",
            "results export 1",
            "results export eval:1",
            "heal --dry-run",
            "results rescore eval:1 --dry-run")) {
      for (String form : List.of("", " --json")) {
        assertThat(evalctl.run(command + form + " --db " + shown.resolve("eval.db")))
            .as(command + evalctl.err() + evalctl.out())
            .isZero();
      }
    }
    assertThat(evalctl.run("results rescore eval:1 --db " + shown.resolve("eval.db"))).isEqualTo(4);
    assertThat(files()).isEqualTo(before);
    nothingIsLeftInTheTemporaryDirectory();
  }

  @Test
  void whatAKilledWriterLeftInTheLogIsReadAsWell() throws Exception {
    Path file = place.resolve("eval.db");
    try (Connection writer = writer(file)) {
      for (String part : List.of("", "-wal", "-shm")) {
        Files.copy(StoreCopy.sibling(file, part), StoreCopy.sibling(place.resolve("all.db"), part));
        if (!part.equals("-shm")) {
          Files.copy(
              StoreCopy.sibling(file, part), StoreCopy.sibling(place.resolve("log.db"), part));
        }
      }
      lock();
      for (String name : List.of("eval.db", "all.db", "log.db")) {
        try (ResultsStore store = ResultsStore.read(shown.resolve(name))) {
          assertThat(store.campaigns().find(1)).as(name).get().matches(row -> row.seed() == 99);
        }
      }
      assertThat(writer.isClosed()).as("what is in the log would be in the file").isFalse();
    }
    nothingIsLeftInTheTemporaryDirectory();
  }

  @Test
  void anEmptyFileIsAnEmptyStore() throws IOException {
    Files.createFile(place.resolve("empty.db"));
    lock();
    try (ResultsStore store = ResultsStore.read(shown.resolve("empty.db"))) {
      assertThat(store.campaigns().list()).isEmpty();
    }
    assertThat(Files.size(shown.resolve("empty.db"))).isZero();
  }

  @Test
  void whatIsNoStoreIsRefusedByItsOwnName() throws IOException, SQLException {
    Files.writeString(place.resolve("notes.txt"), "these are my notes, and no results store");
    Path newer = place.resolve("newer.db");
    Files.copy(place.resolve("eval.db"), newer);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + newer);
        Statement statement = connection.createStatement()) {
      statement.execute("pragma user_version = 99");
    }
    lock();
    assertThatThrownBy(() -> ResultsStore.read(shown.resolve("notes.txt")))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESULTS_FOREIGN));
    assertThatThrownBy(() -> ResultsStore.read(shown.resolve("newer.db")))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESULTS_NEWER))
        .hasMessageContaining(shown.resolve("newer.db").toString());
    assertThatThrownBy(() -> ResultsStore.read(shown.resolve("none.db")))
        .hasMessageContaining("there is no results store");
  }

  /** It has committed what is in the log alone. */
  private static Connection writer(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma wal_autocheckpoint = 0");
      statement.execute("update campaigns set seed = 99");
    }
    return connection;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> file + " " + file.toFile().lastModified()).sorted().toList();
    }
  }

  /** Others may be reading just now. */
  private static void nothingIsLeftInTheTemporaryDirectory() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Scratch.await(
        "the end of all copies",
        () -> {
          String[] copies =
              temporary.toFile().list((place, name) -> name.startsWith("evalctl-store"));
          return copies != null && copies.length == 0;
        });
  }
}
