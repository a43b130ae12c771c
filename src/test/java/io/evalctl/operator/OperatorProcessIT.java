package io.evalctl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.database.OperatorSchema;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators that behave, and operators that do not: none of theirs is left. */
class OperatorProcessIT {
  private static final TimeSource TIME = TimeSource.system();

  @TempDir private Path directory;
  private String token;
  private Path log;
  private OperatorProcess operator;

  @BeforeEach
  void prepare() {
    token = "test-" + UUID.randomUUID();
    log = directory.resolve("operator.log");
  }

  @AfterEach
  void nothingIsLeft() {
    if (operator != null) {
      operator.close();
    }
    assertThat(MarkedProcesses.find(OperatorVariables.MARKER, token)).isEmpty();
  }

  @Test
  void isToldWhatItNeedsAndLeadsASession() throws IOException {
    start("echo \"$EVALCTL_RUN_TRIAL_DIR:$EVALCTL_RUN_OPERATOR\"; ps -o sid= -p $$; echo $$");
    awaitExit();
    operator.close();

    String[] lines = Files.readString(log).split("\n");
    assertThat(lines[0]).isEqualTo(directory + ":" + token);
    assertThat(lines[1].strip()).isEqualTo(lines[2]);
    assertThat(operator.exitCode()).hasValue(0);
  }

  @Test
  void aCommandThatDoesNotExistCannotStart() {
    assertCannotStart("/no/such/command", "exit code 127 (no such command)", "not found");
  }

  @Test
  void aFileThatIsNoProgramCannotStart() throws IOException {
    Path file = Files.writeString(directory.resolve("text"), "");

    assertCannotStart(file.toString(), "exit code 126 (not executable)", "ermission denied");
  }

  @Test
  void oneThatEndsAtOnceIsQuotedWithItsLastWords() {
    assertCannotStart("echo one; echo no key given >&2; exit 3", "exit code 3", "no key given");
    assertCannotStart("exit 0", "exit code 0", "it printed nothing");
  }

  @Test
  void oneThatIsSlowToMakeItsDatabaseIsReportedAtTheDeadline() {
    start("exec sleep 1000");

    assertThatThrownBy(() -> awaitReady(Duration.ZERO))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> assertThat(error.code()).isEqualTo(ErrorCode.OPERATOR_DATABASE))
        .hasMessageContaining("does not exist");
  }

  @Test
  void oneThatGoesOnInTheBackgroundIsWaitedFor() {
    start("setsid sh -c 'until [ -e go ]; do sleep 0.01; done; cp made.db operator.db' &");
    awaitExit();
    OperatorSchema.create(directory.resolve("made.db"));
    touch("go");

    awaitReady(Duration.ofSeconds(20));
    operator.close();
  }

  @Test
  void aFloodNeitherBlocksNorFillsTheDisk() throws IOException {
    start("yes | head -c 40000000; touch done; yes");
    awaitFile("done");
    operator.close();

    assertThat(Files.size(log)).isBetween(16L << 20, (16L << 20) + 100);
  }

  @Test
  void theWholeGroupIsAskedToEndAndMaySayGoodbye() throws IOException {
    start("trap 'echo goodbye; exit 7' TERM; touch ready; while :; do sleep 0.01; done");
    awaitFile("ready");
    operator.stop();

    assertThat(operator.exitCode()).hasValue(7);
    assertThat(log).content().contains("goodbye");
  }

  @Test
  void oneThatIgnoresTheRequestIsKilled() {
    start("trap '' TERM; touch ready; while :; do sleep 0.01; done");
    awaitFile("ready");
    operator.stop();

    assertThat(operator.exitCode()).hasValue(128 + 9);
  }

  @Test
  void oneThatIsStoppedIsKilled() {
    start("touch ready; kill -STOP $$");
    awaitFile("ready");
    operator.stop();

    assertThat(operator.exited()).isTrue();
  }

  @Test
  void childrenThatHideAreFound() throws IOException {
    start(
        """
        sleep 1000 & echo $! >> pids
        setsid sh -c 'echo $$ >> pids; exec sleep 1000' &
        (setsid sh -c '(trap "" TERM HUP; sleep 1000 & echo $! >> pids) &' &)
        env -i sh -c 'echo $$ >> pids; exec sleep 1000' &
        set -m; sleep 1000 & echo $! >> pids
        until [ "$(wc -l < pids)" = 5 ]; do sleep 0.01; done
        touch ready
        exit 0
        """);
    awaitFile("ready");
    awaitExit();
    operator.stop();

    for (String pid : Files.readAllLines(directory.resolve("pids"))) {
      assertThat(ProcessIdentity.of(Long.parseLong(pid))).as("child " + pid).isEmpty();
    }
  }

  @Test
  void aNodeThatItStartedGoesOn() throws IOException {
    start(
        "env -u EVALCTL_RUN_OPERATOR setsid sh -c 'echo $$ > pid; touch ready; exec sleep 1000' &"
            + " wait");
    awaitFile("ready");
    ProcessIdentity node = ProcessIdentity.fromPidFile(directory.resolve("pid")).orElseThrow();
    operator.stop();

    assertThat(node.signal(Signal.KILL)).as("was still alive").isTrue();
  }

  @Test
  void anInterruptedThreadStopsItAllTheSame() {
    start("touch ready; setsid sleep 1000 & exec sleep 1000");
    awaitFile("ready");
    Thread.currentThread().interrupt();
    operator.stop();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(operator.exited()).isTrue();
  }

  @Test
  void whatADeadEvalctlLeftIsEndedByItsToken() {
    start("touch ready; setsid sleep 1000 & exec sleep 1000");
    awaitFile("ready");

    assertThat(OperatorProcess.endLeftBehind(token, TIME)).isPositive();
    awaitExit();
  }

  private void start(String command) {
    operator =
        OperatorProcess.start(
            new AgentSpec.Exec("cd " + directory + "; " + command),
            Map.of(OperatorVariables.TRIAL_DIRECTORY, directory.toString()),
            token,
            log,
            Duration.ofMillis(300),
            TIME);
  }

  private void assertCannotStart(String command, String message, String hint) {
    start(command);
    assertThatThrownBy(() -> awaitReady(Duration.ofSeconds(20)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.OPERATOR_START);
              assertThat(error.hint()).contains(hint);
            })
        .hasMessageContaining(message);
  }

  private void awaitReady(Duration length) {
    try (OperatorWatch watch =
        OperatorWatch.open(directory.resolve("operator.db"), OperatorTimezone.UTC, TIME)) {
      operator.awaitReady(watch, Deadline.in(length, TIME));
    }
  }

  private void awaitExit() {
    until("exit", () -> operator.exited());
  }

  private void awaitFile(String name) {
    until(name, () -> Files.exists(directory.resolve(name)));
  }

  private void touch(String name) {
    try {
      Files.createFile(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void until(String what, BooleanSupplier condition) {
    Waiter.until(what, Deadline.in(Duration.ofSeconds(20), TIME), Duration.ofMillis(5), condition);
  }
}
