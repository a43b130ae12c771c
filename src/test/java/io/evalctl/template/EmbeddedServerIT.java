package io.evalctl.template;

import static io.evalctl.template.TestSessions.query;
import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server that evalctl starts for itself. */
class EmbeddedServerIT {
  @TempDir Path directory;
  private TestSessions sessions;

  @BeforeEach
  void prepare() {
    sessions = new TestSessions(new ServerChoice.Embedded(), directory);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(entries()).isEmpty();
    assertThat(sessions.notes()).isEmpty();
  }

  @Test
  void itServesCasesWhoAreNoSuperusers() throws IOException {
    Path data;
    try (TemplateDatabase database = sessions.open();
        CloneLease lease = database.lease(TestSessions.colony(), soon())) {
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
      assertThat(query(lease, "select rolsuper from pg_roles where rolname = current_user"))
          .isEqualTo("f");
      assertThat(query(lease, "select upper('große é')")).isEqualTo("GROßE É");
      assertThat(database.facts().kind()).isEqualTo("embedded");
      assertThat(database.facts().version())
          .isEqualTo(PostgresBinaries.version().replaceAll("\\.0$", ""));
      assertThatThrownBy(
              () -> TestSessions.run(lease, "copy (select 1) to program 'touch /tmp/never'"))
          .hasMessageContaining("permission denied");
      EmbeddedEntry entry = EmbeddedEntry.all(registry()).get(0);
      data = entry.directory();
      assertThat(MarkedProcesses.find(EmbeddedEntry.MARKER, entry.id())).isNotEmpty();
    }
    assertThat(data).doesNotExist();
  }

  @Test
  void twoSessionsHaveServersOfTheirOwn() {
    try (TemplateDatabase one = sessions.open();
        TemplateDatabase two = sessions.open();
        CloneLease first = one.lease(TestSessions.colony(), soon());
        CloneLease second = two.lease(TestSessions.colony(), soon())) {
      assertThat(one.facts().address()).isNotEqualTo(two.facts().address());
      assertThat(query(first, "select colony.head_count()")).isEqualTo("120");
      assertThat(query(second, "select colony.head_count()")).isEqualTo("120");
    }
  }

  @Test
  void itGoesWithAnEvalctlThatIsKilled() throws IOException {
    try (KilledSession killed = KilledSession.start(null, sessions.state(), "lease")) {
      assertThat(killed.awaitLine()).startsWith("evalctl_db_");
      EmbeddedEntry entry = EmbeddedEntry.all(registry()).get(0);
      killed.kill();
      Scratch.await("the server's end", () -> !Files.exists(entry.directory()));
      Scratch.await("its entry's end", () -> entries().isEmpty());
      assertThat(MarkedProcesses.find(EmbeddedEntry.MARKER, entry.id())).isEmpty();
    }
    clearNotes();
  }

  @Test
  void whatOutlivesEvenItsGuardIsClearedAway() throws IOException {
    try (KilledSession killed = KilledSession.start(null, sessions.state(), "lease")) {
      killed.awaitLine();
      EmbeddedEntry entry = EmbeddedEntry.all(registry()).get(0);
      for (ProcessIdentity process : MarkedProcesses.find(EmbeddedEntry.MARKER, entry.id())) {
        if (Scratch.commandLine(process.pid()).startsWith("sh ")) {
          process.signal(Signal.KILL);
        }
      }
      killed.kill();
      try (OrphanSweep sweep = sessions.sweep()) {
        Leftover dead =
            sweep.list().stream()
                .filter(found -> found.name().equals(entry.directory().toString()))
                .findFirst()
                .orElseThrow();
        assertThat(dead.state()).isEqualTo(Leftover.State.ABANDONED);
        assertThat(sweep.drop(dead, false)).isEmpty();
      }
      assertThat(entry.directory()).doesNotExist();
      assertThat(MarkedProcesses.find(EmbeddedEntry.MARKER, entry.id())).isEmpty();
    }
    clearNotes();
  }

  @Test
  void aKeptDirectoryIsReusedByOneAtATime() throws IOException {
    try (TemplateDatabase first = sessions.open(true, 1);
        CloneLease lease = first.lease(TestSessions.colony(), soon())) {
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
      try (TemplateDatabase second = sessions.open(true, 1);
          CloneLease other = second.lease(TestSessions.colony(), soon())) {
        assertThat(query(other, "select colony.head_count()")).isEqualTo("120");
      }
      assertThat(sessions.count("note another evalctl uses the kept data directory")).isEqualTo(1);
    }
    assertThat(sessions.count("built")).isEqualTo(2);
    try (KilledSession killed = KilledSession.start(null, sessions.state(), "keep")) {
      assertThat(killed.awaitLine()).startsWith("evalctl_db_");
      killed.kill();
    }
    Scratch.await("the killed one's server to end", () -> entries().isEmpty());
    try (TemplateDatabase again = sessions.open(true, 1);
        CloneLease lease = again.lease(TestSessions.colony(), soon())) {
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
      assertThat(sessions.count("reused")).isEqualTo(1);
      Scratch.await(
          "the killed one's clones to be dropped",
          () ->
              query(
                      lease,
                      "select count(*) from pg_database where starts_with(datname::text,"
                          + " 'evalctl_db_')")
                  .matches("[12]"));
    }
    try (OrphanSweep sweep = sessions.sweep()) {
      Leftover kept = sweep.list().get(0);
      assertThat(kept.state()).isEqualTo(Leftover.State.KEPT);
      assertThat(sweep.drop(kept, false)).isEmpty();
      assertThat(Path.of(kept.name())).doesNotExist();
    }
  }

  @Test
  void rolesThatMigrationsLeftOnAKeptServerAreNoneOfTheNext() {
    for (String more : List.of("", " create table later (n int);")) {
      Path migrations =
          sessions.migrations(
              "V1__r.sql",
              "create role app_owner; create role app_reader in role app_owner;"
                  + " create schema app; grant usage on schema app to app_reader;"
                  + more);
      try (TemplateDatabase database = sessions.open(true, 0);
          CloneLease lease = database.lease(TemplateSpec.of(migrations), soon())) {
        assertThat(query(lease, "select has_schema_privilege('app_reader', 'app', 'usage')"))
            .isEqualTo("t");
      }
    }
    assertThat(sessions.count("built")).isEqualTo(2);
    try (OrphanSweep sweep = sessions.sweep()) {
      sweep.list().forEach(left -> sweep.drop(left, true));
    }
  }

  @Test
  void rootCanUseAnotherAccount() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can switch accounts");
    // Else nobody could not reach it, and a directory outside of the test would serve.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    TemplateOptions options =
        new TemplateOptions(false, 0, null, "x", sessions.state(), directory.resolve("cache"));
    EmbeddedServer server =
        EmbeddedServer.start(
            new ServerChoice.Embedded(),
            options,
            TemplateListener.NONE,
            LaunchUser.switched("nobody"),
            soon(),
            TestSessions.TIME);
    try {
      assertThat(server.facts().version()).startsWith("18");
      EmbeddedEntry entry = EmbeddedEntry.all(registry()).get(0);
      assertThat(Files.getOwner(entry.directory().resolve("data")).getName()).isEqualTo("nobody");
    } finally {
      server.close();
    }
  }

  @Test
  void aServerThatDiesInMidRunIsSaidSo() {
    try (TemplateDatabase database = sessions.open(false, 0)) {
      database.lease(TestSessions.colony(), soon()).close();
      EmbeddedEntry entry;
      try {
        entry = EmbeddedEntry.all(registry()).get(0);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      MarkedProcesses.killAll(EmbeddedEntry.MARKER, entry.id(), TestSessions.TIME);
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_UNREACHABLE))
          .hasMessageContaining("the embedded PostgreSQL has ended");
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsSaidSo() throws IOException {
    Path file = Files.writeString(directory.resolve("no directory"), "");
    try (TemplateDatabase database =
        TemplateDatabase.open(
            new ServerChoice.Embedded(),
            new TemplateOptions(false, 0, null, "x", sessions.state(), file),
            TestSessions.TIME)) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_START))
          .hasMessageContaining(file.toString());
    }
  }

  private Path registry() {
    return EmbeddedSweep.registry(sessions.state());
  }

  private List<EmbeddedEntry> entries() {
    try {
      return EmbeddedEntry.all(registry());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Notes about a server that is gone are of no use to anybody. */
  private void clearNotes() {
    sessions.notes().forEach(note -> note.toFile().delete());
  }
}
