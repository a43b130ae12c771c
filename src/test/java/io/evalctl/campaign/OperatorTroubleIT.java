package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.campaign.SmallOperator.Manner;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators that cannot be measured, or that leave a mess. */
class OperatorTroubleIT {
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

  /** The first trial shows that no trial can be made: nothing is repeated. */
  @ParameterizedTest
  @CsvSource({
    "exec:echo sorry; exit 3, ended with exit code 3, it said: sorry",
    "exec:: > \"$EVALCTL_RUN_OPERATOR_DB\"; sleep 60, is empty, init-db"
  })
  void anOperatorThatIsNeverReadyEndsTheRun(String agent, String message, String hint) {
    Running run = campaign(agent, "--trials", "3", "--agent-ready", "2s");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors()).singleElement().asString().contains(message);
    assertThat(run.err()).contains("  hint: ").contains(hint).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
    assertThat(scratch.query("select outcome || ifnull(chaos_injected_at, '') from trials"))
        .containsExactly("invalid");
    assertThat(scratch.query("select count(*) from chaos_journal")).containsExactly("0");
    assertThat(scratch.query("select status from campaigns")).containsExactly("interrupted");
  }

  /** The first trial is good, so the others might be: they are repeated, but not for ever. */
  @Test
  void tooManyInvalidTrialsEndTheRunAsPartial() throws IOException {
    Path flag = directory.resolve("been-here");
    String once = "exec:[ -e '%s' ] && exit 1; touch '%s'; ".formatted(flag, flag);
    String silent = SmallOperator.agent(Manner.SILENT).substring("exec:".length());
    Running run =
        campaign(once + silent, "--trials", "2", "--timeout", "500ms", "--max-invalid", "1");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
    assertThat(run.errors())
        .singleElement()
        .asString()
        .contains("2 invalid trials, more than --max-invalid 1 allows");
    assertThat(run.err()).contains("--resume campaign:1");
    assertThat(scratch.query("select ordinal || outcome || attempt from trials order by id"))
        .containsExactly("1undetected1", "2invalid1", "2invalid2");
    assertThat(scratch.query("select status from campaigns")).containsExactly("interrupted");

    Files.delete(flag);
    Running resumed = scratch.run("campaign", "--resume", "1");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(scratch.query("select ordinal || outcome || attempt from trials order by id"))
        .containsExactly("1undetected1", "2invalid1", "2invalid2", "2undetected3");
  }

  /**
   * What is in it can be read from a copy. The operator takes its time to end, too: the health that
   * comes with the undo meanwhile is not taken for a recovery.
   */
  @Test
  void aDatabaseThatStaysLockedIsReadAllTheSame() {
    String locker = SmallOperator.agent(Manner.LOCKER).substring("exec:exec ".length());
    Running run = campaign("exec:trap '' TERM; " + locker + "; :", "--timeout", "1s");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(scratch.query("select outcome from trials")).containsExactly("undetected");
  }

  @Test
  void aDatabaseThatCanNoLongerBeReadMakesTheTrialInvalid() {
    Running run = campaign(SmallOperator.agent(Manner.SPOILER), "--timeout", "1s");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertThat(run.errors())
        .singleElement()
        .asString()
        .contains("operator database could not be read at the trial's end");
    assertThat(scratch.query("select outcome || error_code from trials"))
        .containsExactly("invalidOPERATOR_DATABASE");
    assertThat(scratch.query("select state from chaos_journal")).containsExactly("undone");
  }

  /** All at once: a flood on stdout, children in sessions of their own, and deaf to SIGTERM. */
  @Test
  void anOperatorThatMisbehavesIsStillMeasuredAndEnded() {
    String mess =
        "exec:trap '' TERM; (setsid sh -c 'trap \"\" TERM; sleep 300 & sleep 301' &) ; "
            + "head -c 104857600 /dev/zero | tr '\\0' x; "
            + SmallOperator.agent(Manner.HONEST).substring("exec:exec ".length());
    Running run = campaign(mess, "--timeout", "20s", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode trial = run.json().at("/campaigns/0/trials/0");
    assertThat(trial.path("outcome").asText()).as(trial.toString()).isEqualTo("healed");
    assertThat(trial.path("collateral")).isEmpty();
  }

  /** One that runs already, in a place of its own, with tickets of earlier days. */
  @Test
  void anExternalOperatorsOldTicketsDoNotCount() throws IOException, SQLException {
    Path database = directory.resolve("external.db");
    assertThat(scratch.run("operator", "init-db", database.toString()).exitCode()).isZero();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into tickets (status, first_seen_at) values ('open', '2020-01-01T00:00:00Z'),"
              + " ('open', datetime('now'))");
    }
    byte[] before = Files.readAllBytes(database);
    Running run =
        campaign(
            "external",
            "--operator-db",
            database.toString(),
            "--subject-home",
            directory.resolve("place").toString(),
            "--timeout",
            "1s",
            "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode trial = run.json().at("/campaigns/0/trials/0");
    assertThat(trial.path("outcome").asText()).isEqualTo("undetected");
    assertThat(trial.path("ticketId").isNull()).isTrue();
    assertThat(Files.readAllBytes(database)).isEqualTo(before);
    assertThat(directory.resolve("place")).doesNotExist();
  }

  private Running campaign(String agent, String... more) {
    return scratch.run(
        Stream.concat(
                Stream.of(
                    "campaign",
                    "--chaos",
                    "node-kill",
                    "--settle",
                    "500ms",
                    "--agent-warmup",
                    "100ms",
                    "--agent",
                    agent),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
