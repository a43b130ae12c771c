package io.evalctl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.operator.runbook.SingleServer;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample that users copy from, on a real server. */
class SampleOperatorIT {
  private static final TimeSource TIME = TimeSource.system();
  private static final Path SAMPLE = Path.of("scripts", "sample-operator").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void startsADeadServerAndResolvesItsTicket() throws Exception {
    assumeTrue(onPath("sqlite3"), "the sample needs sqlite3, which is not installed");
    Path database = directory.resolve("operator.db");
    try (SingleServer server = new SingleServer(directory.resolve("subject"));
        OperatorWatch watch = OperatorWatch.open(database, OperatorTimezone.UTC, TIME);
        OperatorProcess operator = start(database)) {
      operator.awaitReady(watch, soon());
      watch.mark(soon());
      long begun = TIME.nanoTime();
      server.process().signal(Signal.KILL);
      watch.onset(begun, TIME.nanoTime());

      TrackedTicket ticket = watch.awaitResolved(soon()).orElseThrow();
      assertThat(server.serves()).isTrue();
      assertThat(ticket.flags()).isEmpty();
      assertThat(watch.catchUp(soon())).isTrue();
      assertThat(watch.commands())
          .extracting(command -> command.toolParams() + " " + command.exitCode())
          .containsExactly("{\"command\":\"bin/node start zk1\"} 0");
    }
  }

  @Test
  void saysWhatItLacks() throws Exception {
    assertThat(said("PATH=/nowhere")).contains("there is no sqlite3 on the PATH");
    if (onPath("sqlite3")) {
      assertThat(said("PATH=" + System.getenv("PATH"))).contains("EVALCTL_RUN_OPERATOR_DB");
    }
  }

  private OperatorProcess start(Path database) {
    return OperatorProcess.start(
        new AgentSpec.Exec("'" + SAMPLE + "'"),
        Map.of(
            OperatorVariables.DATABASE,
            database.toString(),
            OperatorVariables.SUBJECT_HOME,
            directory.resolve("subject").toString()),
        "test-" + UUID.randomUUID(),
        directory.resolve("operator.log"),
        TIME);
  }

  private static String said(String path) throws IOException {
    Process process =
        new ProcessBuilder("env", "-i", path, "/bin/sh", SAMPLE.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).isNotZero();
    return output;
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), TIME);
  }
}
