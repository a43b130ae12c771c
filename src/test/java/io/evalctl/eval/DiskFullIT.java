package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.file.DirectoryTree;
import io.evalctl.template.InstalledServer;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up in the middle of a run: the database server's, or the results store's. */
class DiskFullIT {
  private static final int BLOCK = 4096;

  @TempDir Path directory;
  private Scratch scratch;
  private Path disk;

  @BeforeEach
  void freshWorld() throws IOException {
    scratch = new Scratch(directory.resolve("world"));
    Files.createDirectories(scratch.directory().resolve("m"));
    write("m/V1__a.sql", "create table a (n int);");
    write(
        "data.yaml",
        """
        name: data
        task: exec
        exec:
          - sh
          - -c
          - |
            cat > /dev/null; : > at-$EVALCTL_RUN_CASE
            [ $EVALCTL_RUN_CASE != two ] || until [ -e go ]; do sleep 0.02; done
            echo done
        database: {migrations: m}
        scorers: [{type: exact}]
        cases:
          - {name: one, expected: done}
          - {name: two, expected: done}
          - {name: three, expected: done}
        """);
    write("plain.yaml", Files.readString(file("data.yaml")).replaceAll("(?m)^database.*$", ""));
    disk = Files.createDirectory(directory.resolve("disk"));
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    command("umount", disk.toString());
    assertThat(remains).isEmpty();
  }

  @Test
  void theServersDisk() throws IOException {
    mount("64m");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path log = Files.createDirectory(directory.resolve("log"));
    try (InstalledServer server = InstalledServer.in(disk, log).start()) {
      write(
          "m/V2__big.sql",
          "create table big as select repeat('x', 1000) from generate_series(1, 90000);");
      Running build = eval(server).await();
      assertFull(build);
      assertThat(build.errors()).singleElement().asString().contains(server.label());
      assertThat(scratch.query("select count(*) from eval_samples")).containsExactly("0");
      assertThat(server.databases()).isEmpty();

      Files.delete(file("m/V2__big.sql"));
      Running run = eval(server);
      awaitTwo();
      // So that dropping the clones makes no room.
      Path held = disk.resolve("held");
      command("cp", "-al", server.data().resolve("base").toString(), held.toString());
      Path filler = fill(1 << 20);
      write("go", "");
      assertFull(run.await());
      assertThat(run.errors()).singleElement().asString().contains(server.label());
      assertThat(cases(scratch.resultsStore(), 2)).containsExactly("one", "two");
      assertThat(server.databases()).isEmpty();

      DirectoryTree.delete(held);
      Files.delete(filler);
      Running resumed =
          scratch.run("eval", "--resume", "2", "--model", "none", "--pg", server.url());
      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertThat(cases(scratch.resultsStore(), 2)).containsExactly("one", "two", "three");
      assertThat(server.databases()).isEmpty();
    }
  }

  @Test
  void theResultsStoresDisk() throws IOException {
    mount("2m");
    Path store = disk.resolve("eval.db");
    Running run = scratch.start("eval", "plain.yaml", "--model", "none", "--db", store.toString());
    awaitTwo();
    Path filler = fill(0);
    write("go", "");
    assertFull(run.await());

    Files.delete(filler);
    assertThat(cases(store, 1)).containsExactly("one");
    Running resumed =
        scratch.run("eval", "--resume", "1", "--model", "none", "--db", store.toString());
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(cases(store, 1)).containsExactly("one", "two", "three");
  }

  private Running eval(InstalledServer server) {
    return scratch.start(
        "eval", "data.yaml", "--model", "none", "--clones", "0", "--pg", server.url());
  }

  private static List<String> cases(Path store, int run) {
    return Scratch.query(
        store, "select case_name from eval_samples where run_id = " + run + " order by id");
  }

  private static void assertFull(Running run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors()).hasSize(1);
    assertThat(run.err())
        .contains("disk is full", "make room", "eval --resume")
        .doesNotContain("\tat ");
  }

  private void awaitTwo() {
    Scratch.await("case two", () -> Files.exists(file("at-two")));
  }

  /** Takes all the room but so many bytes. */
  private Path fill(long left) throws IOException {
    Path filler = disk.resolve("filler");
    FileStore store = Files.getFileStore(disk);
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (store.getUsableSpace() > left) {
        out.write(new byte[BLOCK]);
      }
    }
    return filler;
  }

  private void mount(String size) {
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()),
        "a small file system can only be mounted by root, and not in every container");
  }

  private Path file(String name) {
    return scratch.directory().resolve(name);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean command(String... words) {
    try {
      return new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
