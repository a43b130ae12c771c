package io.evalctl.operator.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.AgentSpec;
import io.evalctl.operator.OperatorProcess;
import io.evalctl.operator.OperatorVariables;
import io.evalctl.operator.database.OperatorCommand;
import io.evalctl.operator.database.OperatorTimezone;
import io.evalctl.operator.database.OperatorWatch;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runbook as a process, on a real server. */
class RunbookOperatorIT {
  private static final TimeSource TIME = TimeSource.system();

  @TempDir private Path directory;
  private SingleServer server;
  private OperatorProcess operator;
  private OperatorWatch watch;

  @BeforeEach
  void startBoth() throws Exception {
    server = new SingleServer(directory.resolve("subject"));
    Path database = directory.resolve("operator.db");
    watch = OperatorWatch.open(database, OperatorTimezone.UTC, TIME);
    operator =
        OperatorProcess.start(
            new AgentSpec.Exec(
                "exec '%s' -Xmx32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s"
                    .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        RunbookProbe.class.getName())),
            Map.of(
                OperatorVariables.DATABASE, database.toString(),
                OperatorVariables.SUBJECT_JSON, server.description().toString()),
            "test-" + UUID.randomUUID(),
            directory.resolve("operator.log"),
            TIME);
    operator.awaitReady(watch, soon());
    watch.mark(soon());
  }

  @AfterEach
  void endBoth() {
    if (operator != null) {
      operator.close();
    }
    if (watch != null) {
      watch.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aDeadServerIsStartedCheckedAndTheTicketResolved() {
    long begun = TIME.nanoTime();
    server.process().signal(Signal.KILL);
    watch.onset(begun, TIME.nanoTime());

    TrackedTicket ticket = watch.awaitResolved(soon()).orElseThrow();
    assertThat(server.serves()).isTrue();
    assertThat(ticket.flags()).isEmpty();
    assertThat(watch.catchUp(soon())).isTrue();
    assertThat(commands()).startsWith("status 3", "start 0");
    assertThat(watch.tickets().get(0).get("message").asText()).isEqualTo("zk1 is down");
    assertThat(watch.tickets().get(0).get("severity").asText()).isEqualTo("critical");

    ProcessIdentity started = server.process();
    operator.stop();
    assertThat(operator.exitCode()).as("ended by SIGTERM itself").hasValue(128 + 15);
    assertThat(started.alive()).as("the server outlives the operator").isTrue();
  }

  @Test
  void aPausedServerIsRestarted() {
    long begun = TIME.nanoTime();
    server.process().signal(Signal.STOP);
    watch.onset(begun, TIME.nanoTime());

    watch.awaitResolved(soon()).orElseThrow();
    assertThat(server.serves()).isTrue();
    assertThat(watch.catchUp(soon())).isTrue();
    assertThat(commands()).startsWith("status 1", "restart 0");
  }

  @Test
  void oneThatCannotBeMendedIsTriedAgainAndNotResolved() throws Exception {
    server.writeConfiguration("no number");
    long begun = TIME.nanoTime();
    server.process().signal(Signal.KILL);
    watch.onset(begun, TIME.nanoTime());

    watch.awaitTicket(soon()).orElseThrow();
    Waiter.until(
        "a second start",
        soon(),
        Duration.ofMillis(50),
        () -> commands().stream().filter(command -> command.startsWith("start")).count() >= 2);
    assertThat(watch.ticket().orElseThrow().resolved()).isNull();

    server.writeConfiguration(Integer.toString(server.port()));
    assertThat(watch.awaitResolved(soon())).isPresent();
    assertThat(server.serves()).isTrue();
  }

  @Test
  void withoutAFaultItKeepsQuietAndEndsWhenAsked() {
    operator.stop();

    assertThat(operator.exitCode()).hasValue(128 + 15);
    assertThat(watch.catchUp(soon())).isTrue();
    assertThat(watch.tickets()).isEmpty();
    assertThat(watch.logged()).isFalse();
  }

  @Test
  void withoutItsVariablesItSaysWhatIsMissing() {
    assertThatThrownBy(
            () -> RunbookOperator.run(Map.of(OperatorVariables.DATABASE, "x"), System.out, TIME))
        .isInstanceOfSatisfying(
            EvalctlException.class, error -> assertThat(error.hint()).contains("campaign"))
        .hasMessage("EVALCTL_RUN_SUBJECT_JSON is not set");
  }

  private List<String> commands() {
    return watch.commands().stream().map(RunbookOperatorIT::verbAndExit).toList();
  }

  private static String verbAndExit(OperatorCommand command) {
    String[] words = command.toolParams().get("command").asText().split(" ");
    return words[words.length - 2] + " " + command.exitCode();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), TIME);
  }
}
