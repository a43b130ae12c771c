package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A results store that cannot be written, and one that several write. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreTroubleIT {
  @TempDir static Path elsewhere;
  private static Scratch lockedWorld;
  private static Connection lock;
  private static Running lockedOut;

  @TempDir Path directory;
  private Scratch scratch;

  /** It waits for its store for a while: until the last test. */
  @BeforeAll
  static void startWithALockedStore() throws SQLException {
    lockedWorld = new Scratch(elsewhere);
    assertThat(lockedWorld.run("heal").exitCode()).isZero();
    lock = DriverManager.getConnection("jdbc:sqlite:" + lockedWorld.resultsStore());
    try (Statement statement = lock.createStatement()) {
      statement.execute("begin immediate");
    }
    lockedOut = lockedWorld.start("campaign", "--chaos", "node-kill", "--baseline");
  }

  @AfterAll
  static void endIt() throws SQLException {
    lockedWorld.end();
    lock.close();
  }

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory);
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    assertThat(remains).isEmpty();
  }

  @Test
  void aFullDiskEndsTheRunAndLosesNoFinishedTrial() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
        "a small file system can only be mounted by root, and not in every container");
    try {
      Path store = disk.resolve("eval.db");
      Running run =
          scratch.start(
              "campaign",
              "--db",
              store.toString(),
              "--chaos",
              "node-kill",
              "--baseline",
              "--trials",
              "2",
              "--timeout",
              "500ms",
              "--settle",
              "500ms");
      run.awaitErr(" unhealed");
      Path filler = disk.resolve("filler");
      fill(filler);
      run.await();

      assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
      assertThat(run.errors()).singleElement().asString().contains("the disk is full");
      assertThat(run.err()).contains("  hint: make room").doesNotContain("\tat ");
      assertThat(scratch.remains()).isEmpty();

      Files.delete(filler);
      List<String> first = Scratch.query(store, "select id || ended_at from trials");
      assertThat(first).hasSize(1);
      Running resumed = scratch.run("campaign", "--db", store.toString(), "--resume", "1");
      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertThat(Scratch.query(store, "select id || ended_at from trials order by id"))
          .hasSize(2)
          .startsWith(first.get(0));
      assertThat(Scratch.query(store, "select distinct state from chaos_journal"))
          .containsExactly("undone");
    } finally {
      scratch.end();
      assertThat(command("umount", disk.toString())).isTrue();
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aStoreThatStaysLockedIsReportedBeforeAnythingStarts() throws SQLException {
    Running run = lockedOut.await();
    try (Statement statement = lock.createStatement()) {
      statement.execute("rollback");
    }

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors()).singleElement().asString().contains("stayed locked");
    assertThat(lockedWorld.query("select count(*) from campaigns")).containsExactly("0");
    assertThat(lockedWorld.remains()).isEmpty();
  }

  @Test
  void severalMayMakeTheSameStoreAtTheSameTime() {
    List<Running> runs = IntStream.range(0, 4).mapToObj(i -> scratch.start("heal")).toList();

    assertThat(runs).allSatisfy(run -> assertThat(run.await().exitCode()).as(run.err()).isZero());
    assertThat(scratch.query("pragma user_version")).containsExactly("1");
    assertThat(scratch.query("pragma integrity_check")).containsExactly("ok");
  }

  private static void fill(Path file) {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] block = new byte[512];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // full: that is what was wanted
    }
  }

  private static boolean command(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
