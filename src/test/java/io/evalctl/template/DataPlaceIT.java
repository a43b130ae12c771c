package io.evalctl.template;

import static io.evalctl.template.TestSessions.query;
import static io.evalctl.template.TestSessions.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where embedded servers keep their data. */
class DataPlaceIT {
  @TempDir Path directory;

  @Test
  void theDataIsWhereTheUserWantsItAndNothingElseIs() throws IOException {
    Path chosen = directory.resolve("my data/here");
    TestSessions sessions = new TestSessions(new ServerChoice.Embedded(chosen), directory);
    try (TemplateDatabase database = sessions.open(false, 0);
        CloneLease lease = database.lease(TestSessions.colony(), soon())) {
      EmbeddedEntry entry = EmbeddedEntry.all(EmbeddedSweep.registry(sessions.state())).get(0);
      assertThat(entry.directory()).hasParent(chosen);
      assertThat(entry.data().resolve("PG_VERSION")).exists();
      assertThat(EmbeddedFiles.run(TestServer.cache().resolve("postgres"), entry.id()))
          .doesNotExist();
      assertThat(query(lease, "select colony.head_count()")).isEqualTo("120");
    }
    assertThat(chosen).isEmptyDirectory();
  }

  @Test
  void aPlaceThatCannotBeMadeIsSaidSo() throws IOException {
    Path file = Files.writeString(directory.resolve("no directory"), "");
    TestSessions sessions = new TestSessions(new ServerChoice.Embedded(file), directory);
    try (TemplateDatabase database = sessions.open(false, 0)) {
      assertThatThrownBy(() -> database.lease(TestSessions.colony(), soon()))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.POSTGRES_START);
                assertThat(e.hint()).contains("--pg-dir");
              })
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void whatAServerNeverStartedFromIsSweptInBothPlaces() throws IOException {
    Path cache = directory.resolve("cache");
    Path scratch =
        Files.createDirectories(
            EmbeddedFiles.run(cache.resolve("postgres"), "dead").resolve("fresh"));
    Path elsewhere = Files.createDirectories(directory.resolve("evalctl-postgres-dead/data"));
    Path state = directory.resolve("state");
    ProcessOwner dead = new ProcessOwner(new ProcessIdentity(1, 1), ProcessOwner.self().host());
    new EmbeddedEntry("dead", dead, elsewhere.getParent(), elsewhere, Instant.now())
        .write(EmbeddedSweep.registry(state));
    try (OrphanSweep sweep =
        OrphanSweep.on(new ServerChoice.Embedded(), state, cache, TestSessions.TIME)) {
      Leftover left = sweep.list().get(0);
      assertThat(left.state()).isEqualTo(Leftover.State.ABANDONED);
      assertThat(sweep.drop(left, false)).isEmpty();
    }
    assertThat(scratch.getParent()).doesNotExist();
    assertThat(elsewhere.getParent()).doesNotExist();
    assertThat(EmbeddedEntry.all(EmbeddedSweep.registry(state))).isEmpty();
  }

  @Test
  void roomThatRunsOutNamesTheSetting() throws IOException {
    Path small = Files.createDirectory(directory.resolve("small"));
    assumeTrue(mounted(small, 48), "a small file system can be mounted by root only");
    try {
      TestSessions sessions = new TestSessions(new ServerChoice.Embedded(small), directory);
      Path table =
          sessions.file(
              "table.sql",
              "create table t as select repeat('x', 999) from generate_series(1, 99999);");
      Path changes =
          sessions.file(
              "changes.sql",
              "do $$ begin for i in 1..99999 loop perform pg_logical_emit_message(false, 'x', repeat('x', 9999)); end loop; end $$;");
      try (TemplateDatabase database = sessions.open(false, 0)) {
        TemplateSpec empty = new TemplateSpec(null, List.of(), null, null, null, List.of());
        try (CloneLease lease = database.lease(empty, soon())) {
          assertThatThrownBy(() -> lease.load(table, soon()))
              .isInstanceOfSatisfying(
                  EvalctlException.class, e -> assertThat(e.hint()).contains("--pg-dir"));
          // Now the server's own log of changes has no room, and the server panics.
          assertThatThrownBy(() -> lease.load(changes, soon()))
              .isInstanceOf(EvalctlException.class);
        }
        assertThatThrownBy(() -> database.lease(empty, soon()))
            .isInstanceOf(EvalctlException.class)
            .hasMessageContaining("--pg-dir")
            .hasMessageContaining(small.toString());
      }
      assertThat(small).isEmptyDirectory();
    } finally {
      assertThat(run("umount", small.toString())).isTrue();
    }
  }

  private static boolean mounted(Path place, int mebibytes) throws IOException {
    return run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", place.toString());
  }

  private static boolean run(String... words) throws IOException {
    Deadline deadline = Deadline.in(Duration.ofSeconds(10), TestSessions.TIME);
    return ServerProgram.run(List.of(words), deadline).exitCode() == 0;
  }
}
