package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGINT and SIGTERM while a fault is in place. */
class InterruptIT {
  /** The promise is ten seconds; the rest is for a machine that is busy. */
  private static final int MOST_SECONDS = 45;

  @TempDir Path directory;
  private Scratch scratch;

  @BeforeEach
  void freshWorld() {
    scratch = new Scratch(directory);
  }

  @AfterEach
  void end() {
    scratch.end();
  }

  @ParameterizedTest
  @CsvSource({"INT, 130, interrupted (SIGINT)", "TERM, 143, ended (SIGTERM)"})
  void theFaultIsUndoneAndTheCampaignCanGoOn(String signal, int exitCode, String message) {
    Running run = startAndAwaitFault("process-pause");
    stopTwice(run, signal);
    run.await(MOST_SECONDS, TimeUnit.SECONDS);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.errors())
        .containsExactly(
            "evalctl: ending: undoing what is in place (again to leave at once)",
            "evalctl: " + message);
    assertThat(run.err()).contains("evalctl campaign --resume campaign:1").doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
    assertThat(scratch.remains()).isEmpty();
    assertThat(scratch.query("select state || ifnull(error, '') from chaos_journal"))
        .containsExactly("undone");
    assertThat(scratch.query("select status from campaigns")).containsExactly("interrupted");
    assertThat(scratch.query("select count(*) from trials")).containsExactly("0");

    if (signal.equals("INT")) {
      Running resumed = scratch.run("campaign", "--resume", "1");
      assertThat(resumed.exitCode()).as(resumed.err()).isZero();
      assertThat(scratch.query("select ordinal || outcome from trials"))
          .containsExactly("1unhealed");
      assertThat(scratch.query("select status from campaigns")).containsExactly("complete");
    }
  }

  /**
   * While the subject is set up there is nothing to undo, but much to end. That the programs which
   * start the nodes could be hit, too, is nobody's failure.
   */
  @Test
  void inTheMidstOfSettingUpEverythingIsEnded() {
    Running run = start("campaign", "--chaos", "node-kill", "--baseline", "--verbose");
    run.awaitErr(Phase.RESET.activity());
    stopTwice(run, "INT");
    run.await(MOST_SECONDS, TimeUnit.SECONDS);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(130);
    assertThat(run.errors())
        .containsExactly(
            "evalctl: ending: undoing what is in place (again to leave at once)",
            "evalctl: interrupted (SIGINT)");
    assertThat(scratch.remains()).isEmpty();
    assertThat(scratch.query("select count(*) from trials")).containsExactly("0");
  }

  @Test
  void aSecondSignalEndsItAtOnceAndHealClearsUp() {
    // An agent that takes its time to end keeps evalctl busy in between.
    Running run =
        startAndAwaitFault(
            "node-kill",
            "--agent",
            SmallOperator.agent(SmallOperator.Manner.SILENT)
                    .replace("exec:exec ", "exec:trap '' TERM; ")
                + "; sleep 60");
    run.signal("INT");
    run.awaitErr("evalctl: ending");
    // One that comes within a second belongs to the first, so it is given until it is taken.
    Scratch.await("the end", () -> !run.signalIfAlive("INT"));
    run.await(MOST_SECONDS, TimeUnit.SECONDS);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(130);
    assertThat(run.err()).contains("left at once (second signal)").contains("run evalctl heal");

    Running heal = scratch.run("heal");
    assertThat(heal.exitCode()).as(heal.err()).isZero();
    assertThat(scratch.remains()).isEmpty();
    assertThat(scratch.query("select status from campaigns")).containsExactly("interrupted");
  }

  private Running startAndAwaitFault(String chaos, String... more) {
    String[] arguments = {
      "campaign", "--chaos", chaos, "--settle", "500ms", "--timeout", "4s", "--verbose"
    };
    String[] all =
        Stream.of(arguments, more.length == 0 ? new String[] {"--baseline"} : more)
            .flatMap(Stream::of)
            .toArray(String[]::new);
    Running run = start(all);
    run.awaitErr(
        Phase.RESPONSE.activity(
            more.length == 0 ? Arm.BASELINE : Arm.AGENT, ChaosType.parse(chaos).mendable()));
    return run;
  }

  /** In a process group of its own, as what wraps evalctl starts it. */
  private Running start(String... arguments) {
    return scratch.startBy(List.of("setsid"), Map.of(), arguments);
  }

  /** One stop as timeout(1) gives it: to the process, and then to its whole group. */
  private static void stopTwice(Running run, String signal) {
    run.signal(signal);
    run.signalGroup(signal);
  }
}
