package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.SmallOperator.Manner;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** evalctl killed with SIGKILL: what it leaves is found and ended, what it finished stays. */
class KilledCampaignIT {
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

  /**
   * The first arm's trial is finished; then the second arm's is killed in each phase in turn, each
   * time by another evalctl that goes on. Every other time it is heal that clears up, else the next
   * start.
   */
  @Test
  void aCampaignKilledInEachPhaseIsClearedUpAndFinished() {
    Running first =
        scratch.start(
            "campaign",
            "--chaos",
            "node-kill",
            "--arms",
            "control,agent",
            "--agent",
            SmallOperator.agent(Manner.HONEST),
            "--agent-warmup",
            "100ms",
            "--fault-duration",
            "500ms",
            "--timeout",
            "20s",
            "--settle",
            "500ms",
            "--verbose");
    first.awaitErr(" quiet");
    Running running = first;
    List<String> finished = null;
    List<String> killedIn = new ArrayList<>();
    for (Phase phase : List.of(Phase.values())) {
      // Neither is in a trial with an agent that has nothing to cool down from.
      if (phase == Phase.COOLDOWN || phase == Phase.EVEN_WAIT) {
        continue;
      }
      awaitPhase(running, phase);
      running.kill();
      killedIn.add(phase.label());
      assertThat(running.err()).as("killed in " + killedIn).doesNotContain("2/2  agent");
      if (finished == null) {
        finished = rows();
        assertThat(finished).hasSize(1);
      }
      Set<ProcessIdentity> orphans = scratch.processes();
      if (killedIn.size() % 2 == 0) {
        Running heal = scratch.run("heal");
        assertThat(heal.exitCode()).as(heal.err()).isZero();
        assertThat(heal.out()).contains("ended the ensemble of run");
        assertThat(scratch.remains()).as("healed after " + phase).isEmpty();
        assertHealed();
      }
      running = scratch.start("campaign", "--resume", "1", "--verbose");
      running.awaitErr(Phase.RESET.activity());
      assertThat(orphans).as("ended after " + phase).noneMatch(ProcessIdentity::alive);
    }
    running.await();

    assertThat(running.exitCode()).as(running.err()).isZero();
    assertThat(scratch.remains()).isEmpty();
    assertThat(rows()).startsWith(finished.get(0)).hasSize(2);
    assertThat(scratch.query("select arm || ordinal || outcome from trials order by id"))
        .containsExactly("control1quiet", "agent1healed");
    assertThat(scratch.query("select status from campaigns")).containsExactly("complete");
    assertThat(scratch.query("select distinct state from chaos_journal")).containsExactly("undone");
  }

  /** Right after the injection, whatever phase the trial calls it. */
  @Test
  void aFaultJustInjectedIsClosedInTheJournal() {
    Running run =
        scratch.start(
            "campaign", "--chaos", "process-pause", "--baseline", "--timeout", "30s", "--verbose");
    run.awaitErr(Phase.FAULT.activity());
    Scratch.await("the injection", () -> !journal("injected").isEmpty());
    run.kill();

    Running dry = scratch.run("heal", "--dry-run");
    assertThat(dry.out()).contains("would: close fault 1 (process-pause of campaign:1)");
    assertThat(journal("injected")).hasSize(1);
    Running heal = scratch.run("heal", "--json");

    assertThat(heal.json().path("actions")).hasSize(2);
    assertThat(scratch.remains()).isEmpty();
    assertHealed();
    assertThat(scratch.query("select error from chaos_journal")).containsExactly("subject-gone");
    assertThat(scratch.run("heal").out()).contains("nothing to heal");
  }

  /** Three at the same time: two in one world, which both make its store, and one in another. */
  @Test
  void thoseThatAreAtWorkAreNotHarmed() throws IOException {
    Scratch other = new Scratch(directory.resolve("other"));
    Path go = directory.resolve("go");
    String[] campaign = {
      "campaign",
      "--chaos",
      "node-kill",
      "--agent",
      SmallOperator.agent(List.of(Manner.HONEST), go),
      "--agent-warmup",
      "100ms",
      "--timeout",
      "60s",
      "--settle",
      "500ms",
      "--verbose"
    };
    try {
      assertThat(directory.resolve("other").toFile().mkdir()).isTrue();
      Running killed = scratch.start(campaign);
      Running neighbour = scratch.start(campaign);
      Running stranger = other.start(campaign);
      for (Running run : List.of(killed, neighbour, stranger)) {
        run.awaitErr(Phase.RESPONSE.activity());
      }
      killed.kill();
      assertThat(neighbour.process().isAlive() && stranger.process().isAlive()).isTrue();

      Running heal = scratch.run("heal");
      assertThat(heal.exitCode()).as(heal.err()).isZero();
      assertThat(heal.out().lines().filter(line -> line.startsWith("ended the "))).hasSize(1);

      Files.createFile(go);
      for (Running run : List.of(neighbour, stranger)) {
        assertThat(run.await().exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("1 healed");
      }
      assertThat(scratch.query("select status from campaigns order by status"))
          .containsExactly("complete", "interrupted");
      assertThat(other.query("select status from campaigns")).containsExactly("complete");
      assertThat(other.remains()).isEmpty();
      assertThat(scratch.remains()).isEmpty();
    } finally {
      other.end();
    }
  }

  private static void awaitPhase(Running run, Phase phase) {
    Scratch.await(
        phase.activity(),
        () ->
            !run.process().isAlive()
                || run.err()
                    .lines()
                    .anyMatch(line -> line.contains("2/2") && line.endsWith(phase.activity())));
    assertThat(run.process().isAlive()).as(run.err()).isTrue();
  }

  private void assertHealed() {
    assertThat(scratch.query("select status from campaigns")).containsExactly("interrupted");
    assertThat(scratch.query("select count(*) from chaos_journal where state <> 'undone'"))
        .containsExactly("0");
  }

  private List<String> journal(String state) {
    return scratch.query("select id from chaos_journal where state = '" + state + "'");
  }

  /** Every finished trial, whole. */
  private List<String> rows() {
    return scratch.query(
        "select json_array(id, ordinal, attempt, arm, outcome, target, started_at, ended_at,"
            + " onset_at, initial_state, final_state, canary_json) from trials order by id");
  }
}
