package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.template.InstalledServer;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database server that fails in the middle of a run. */
class ServerTroubleIT {
  private static final String FOREIGN = "evalctl_db_mine";

  @TempDir static Path place;
  @TempDir Path directory;
  private static InstalledServer server;
  private Scratch scratch;

  @BeforeAll
  static void start() {
    server = InstalledServer.in(place).start();
    server.run("create database " + FOREIGN);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void freshWorld() throws IOException {
    scratch = new Scratch(directory);
    Files.createDirectory(directory.resolve("m"));
    Files.writeString(directory.resolve("m/V1__a.sql"), "create table a (n int);");
    // Case two waits to be told to go on; what it answers then depends on its database.
    Files.writeString(
        directory.resolve("data.yaml"),
        """
        name: data
        task: exec
        exec:
          - sh
          - -c
          - |
            cat > /dev/null
            case $EVALCTL_RUN_CASE in two|three) until [ -e go-$EVALCTL_RUN_CASE ]
              do : > at-$EVALCTL_RUN_CASE; sleep 0.02; done ;; esac
            [ ! -e lost ] && echo done || echo lost
        database: {migrations: m}
        scorers: [{type: exact}]
        cases:
          - {name: one, expected: done}
          - {name: two, expected: done}
          - {name: three, expected: done}
          - {name: four, expected: done}
        """);
  }

  @AfterEach
  void nothingIsLeft() {
    List<String> remains = scratch.remains();
    scratch.end();
    assertThat(remains).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"is gone", "hangs"})
  void aServerThatFailsEndsTheRunWhichCanBeResumed(String how) {
    Running run = eval("data.yaml", "?connect_timeout=1");
    await(run, "two");
    touch("lost");
    if (how.equals("hangs")) {
      server.pause();
    } else {
      server.crash();
    }
    touch("go-two");
    run.await();
    if (how.equals("hangs")) {
      server.resume();
    } else {
      server.start();
    }

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors()).singleElement().asString().contains(server.label());
    assertThat(run.err())
        .contains("check that the server runs", "continue with evalctl eval --resume eval:1")
        .containsOnlyOnce("of this session may be left there")
        .doesNotContain("could not be dropped", "\tat ");
    assertThat(samples()).as("case two is not to blame").containsExactly("one finished 1");
    assertThat(scratch.query("select status from eval_runs")).containsExactly("interrupted");

    if (how.equals("is gone")) {
      // Else the next run looks after what a dead one of this machine has left.
      assertThat(server.databases()).hasSizeGreaterThan(2);
      Running clean = scratch.run("template", "clean", "--force", "--pg", server.url());
      assertThat(clean.exitCode()).as(clean.err()).isZero();
      assertThat(server.databases()).containsExactly(FOREIGN);
    }
    delete("lost");
    touch("go-three");
    Running resumed = scratch.run("eval", "--resume", "1", "--model", "none", "--pg", server.url());
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).doesNotContain("could not be dropped");
    assertThat(samples())
        .containsExactly("one finished 1", "two finished 1", "three finished 1", "four finished 1");
    assertThat(server.databases()).containsExactly(FOREIGN);
    assertThat(notes()).isEmpty();
  }

  @Test
  void connectionsThatAreCutAndARestartGoUnnoticed() {
    Running run = eval("data.yaml", "");
    await(run, "two");
    server.cutConnections();
    touch("go-two");
    await(run, "three");
    server.crash();
    server.start();
    touch("go-three");
    run.await();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("could not be dropped");
    assertThat(samples()).hasSize(4);
    assertThat(server.databases()).containsExactly(FOREIGN);
    assertThat(notes()).isEmpty();
  }

  private Running eval(String dataset, String parameters) {
    return scratch.start("eval", dataset, "--model", "none", "--pg", server.url() + parameters);
  }

  private List<String> samples() {
    return scratch.query(
        "select case_name || ' ' || status || ' ' || passed from eval_samples order by id");
  }

  private void await(Running run, String name) {
    Path there = directory.resolve("at-" + name);
    Scratch.await("case " + name, () -> Files.exists(there) || !run.process().isAlive());
    assertThat(there).as(run.err()).exists();
  }

  private List<String> notes() {
    String[] files = directory.resolve("state/evalctl/databases").toFile().list();
    return files == null ? List.of() : List.of(files);
  }

  private void touch(String name) {
    try {
      Files.writeString(directory.resolve(name), "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void delete(String name) {
    try {
      Files.delete(directory.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
