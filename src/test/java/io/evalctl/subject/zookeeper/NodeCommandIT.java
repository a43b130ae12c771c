package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.subject.NodeHealth.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code bin/node} alone, called as an operator calls it. */
class NodeCommandIT {
  @TempDir static Path scratch;
  private static TestEnsemble ensemble;

  private record Outcome(int status, String output) {}

  @BeforeAll
  static void open() {
    ensemble = TestEnsemble.open(scratch);
    ensemble.boot();
  }

  @AfterAll
  static void close() {
    ensemble.close();
  }

  @BeforeEach
  void allRun() {
    new NodeCommand(ensemble.subject.home()).start(ensemble.subject.nodes());
  }

  private static Outcome node(String... arguments) {
    return run(
        Stream.concat(
                Stream.of(ensemble.subject.home().nodeCommand().toString()), Stream.of(arguments))
            .toList());
  }

  private static Outcome run(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("EVALCTL_RUN_OPERATOR", "an operator's");
      builder.environment().put("pid", "1");
      Process process = builder.start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Outcome(process.exitValue(), output);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String running(String name) {
    return name + " running pid " + ensemble.process(name).pid();
  }

  @Test
  void showsOneNodeOrAll() {
    assertThat(node("status", "zk2")).isEqualTo(new Outcome(0, running("zk2")));
    assertThat(node("status", "2")).isEqualTo(new Outcome(0, running("zk2")));
    assertThat(node("status"))
        .isEqualTo(new Outcome(0, running("zk1") + "\n" + running("zk2") + "\n" + running("zk3")));
  }

  @Test
  void stopsAndStarts() {
    ProcessIdentity before = ensemble.process("zk1");

    assertThat(node("stop", "1")).isEqualTo(new Outcome(0, "zk1 stopped"));
    assertThat(before.alive()).isFalse();
    assertThat(node("status", "1")).isEqualTo(new Outcome(3, "zk1 stopped"));
    assertThat(node("stop", "1")).isEqualTo(new Outcome(0, "zk1 stopped"));

    Outcome start = node("start", "1");
    assertThat(start).isEqualTo(new Outcome(0, running("zk1")));
    assertThat(node("start", "1")).isEqualTo(start);
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  @Test
  void startsANodeThatWasKilled() {
    ensemble.process("zk3").signal(Signal.KILL);
    ensemble.awaitStatus("zk3", Status.DOWN);
    assertThat(node("status", "zk3")).isEqualTo(new Outcome(3, "zk3 stopped"));

    assertThat(node("start", "zk3").status()).isZero();
    assertThat(ensemble.process("zk3").alive()).isTrue();
  }

  @Test
  void restartsAPausedNode() {
    ProcessIdentity before = ensemble.process("zk2");
    before.signal(Signal.STOP);
    TestEnsemble.await("the stop", before::stopped);

    assertThat(node("status", "zk2")).isEqualTo(new Outcome(1, "zk2 paused pid " + before.pid()));
    assertThat(node("start", "zk2").status()).isEqualTo(1);
    assertThat(node("start", "zk2").output()).contains("restart zk2");
    assertThat(before.stopped()).isTrue();

    Outcome restart = node("restart", "zk2");
    assertThat(restart).isEqualTo(new Outcome(0, running("zk2")));
    assertThat(before.alive()).isFalse();
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  @Test
  void takesAForeignProcessForNoNode() throws IOException {
    node("stop", "zk1");
    Files.writeString(ensemble.node("zk1").pidFile(), ProcessHandle.current().pid() + "\n");

    assertThat(node("status", "zk1")).isEqualTo(new Outcome(3, "zk1 stopped"));
    assertThat(ensemble.node("zk1").process()).isEmpty();
    assertThat(node("stop", "zk1").status()).isZero();
    assertThat(node("start", "zk1").status()).isZero();
  }

  @Test
  void tellsWhyANodeCannotStart() throws IOException {
    NodeHome victim = ensemble.node("zk3");
    String config = Files.readString(victim.config());
    node("stop", "zk3");
    try {
      Files.writeString(victim.config(), config.replaceAll("(?m)^dataDir=.*$", ""));

      Outcome start = node("start", "zk3");

      assertThat(start.status()).isEqualTo(1);
      assertThat(start.output()).startsWith("node: zk3 ended at once: ").contains("dataDir");
      assertThat(victim.process()).isEmpty();
    } finally {
      Files.writeString(victim.config(), config);
    }
  }

  @Test
  void startsOnceWhenCalledTwiceAtTheSameTime() throws Exception {
    node("stop", "zk2");
    String command = ensemble.subject.home().nodeCommand().toString();
    Process first = new ProcessBuilder(command, "start", "zk2").start();
    Process second = new ProcessBuilder(command, "start", "zk2").start();

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(ensemble.processes()).hasSize(3).contains(ensemble.process("zk2"));
  }

  @Test
  void canBeEndedWithTheNodesWhereEvalctlRunsIt() throws Exception {
    Process holder =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "exec 9>>\"$1\"; flock 9; echo held; read -r go_on",
                "sh",
                ensemble.node("zk1").dir().resolve("lock").toString())
            .start();
    assertThat(holder.inputReader().readLine()).isEqualTo("held");
    CompletableFuture<Void> start =
        CompletableFuture.runAsync(() -> new NodeCommand(ensemble.subject.home()).start("zk1"));
    try {
      TestEnsemble.await("the command", () -> ensemble.processes().size() > 3);
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
    }
    start.get(60, TimeUnit.SECONDS);
    assertThat(ensemble.processes()).hasSize(3);
  }

  @Test
  void printsTheLog() {
    assertThat(node("log", "zk1", "3").output().lines()).hasSize(3);
    assertThat(node("log", "zk1", "100000").output()).contains("binding to port");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(node("start", "zk9"))
        .isEqualTo(new Outcome(1, "node: there is no node zk9; nodes are: zk1 zk2 zk3"));
    assertThat(node("stat", "zk1").status()).isEqualTo(2);
    assertThat(node("start").status()).isEqualTo(2);
    assertThat(node().output()).startsWith("Usage: ");
    assertThat(node("--help").status()).isZero();
  }

  @Test
  void startsANodeApartFromItsCaller() throws IOException {
    node("stop", "zk1");
    Path leak = scratch.resolve("open in the caller");

    run(
        List.of(
            "/bin/sh",
            "-c",
            "exec 3>\"$1\" 7>\"$1\"; exec \"$2\" start zk1",
            "sh",
            leak.toString(),
            ensemble.subject.home().nodeCommand().toString()));

    long pid = ensemble.process("zk1").pid();
    Path proc = Path.of("/proc", Long.toString(pid));
    String environment = Files.readString(proc.resolve("environ"), StandardCharsets.UTF_8);
    assertThat(environment.split("\0"))
        .filteredOn(entry -> entry.startsWith("EVALCTL_"))
        .containsExactly("EVALCTL_RUN_SUBJECT=" + ensemble.runId);
    // Field 6 of stat: it leads a session of its own.
    String stat = Files.readString(proc.resolve("stat"));
    assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3])
        .isEqualTo(Long.toString(pid));
    try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
      assertThat(descriptors.map(NodeCommandIT::target))
          .doesNotContain(leak.toString())
          .noneMatch(target -> target.endsWith("/lock"));
    }
    assertThat(target(proc.resolve("fd/1"))).isEqualTo(ensemble.node("zk1").logFile().toString());
    assertThat(Map.of("in", target(proc.resolve("fd/0")))).containsEntry("in", "/dev/null");
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "gone";
    }
  }
}
