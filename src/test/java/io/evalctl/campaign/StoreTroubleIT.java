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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A results store that cannot be written, and one that several write. */
class StoreTroubleIT {
  @TempDir Path directory;
  private Scratch scratch;

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
  void aStoreThatStaysLockedIsReportedBeforeAnythingStarts() throws SQLException {
    assertThat(scratch.run("heal").exitCode()).isZero();
    Running run;
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + scratch.resultsStore());
        Statement statement = connection.createStatement()) {
      statement.execute("begin immediate");
      run = scratch.run("campaign", "--chaos", "node-kill", "--baseline");
      statement.execute("rollback");
    }

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors()).singleElement().asString().contains("stayed locked");
    assertThat(scratch.query("select count(*) from campaigns")).containsExactly("0");
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
