package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.campaign.SmallOperator.Manner;
import io.evalctl.testing.Running;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole campaigns on a real ensemble, each operator judged by what it did. */
class CampaignIT {
  @TempDir static Path directory;
  private static Scratch scratch;

  /** One trial with an honest operator, and one without any. */
  private static Running honest;

  @BeforeAll
  static void runHonestCampaign() {
    scratch = new Scratch(directory);
    honest =
        scratch.run(
            campaign(
                "--chaos",
                "node-kill",
                "--agent",
                SmallOperator.agent(Manner.HONEST),
                "--arms",
                "agent,baseline",
                "--timeout",
                "6s",
                "--seed",
                "11",
                "--name",
                "first",
                "--junit-xml",
                "junit.xml",
                "--json"));
    assertThat(honest.exitCode()).as(honest.err()).isZero();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(scratch.remains()).isEmpty();
  }

  @AfterAll
  static void end() {
    scratch.end();
  }

  @Test
  void theHonestOperatorHealsWhatDoesNotHealByItself() {
    JsonNode campaign = honest.json().path("campaigns").path(0);
    assertThat(campaign.path("status").asText()).isEqualTo("complete");
    assertThat(campaign.path("successDifference").asDouble()).isEqualTo(1.0);
    assertThat(query("select arm || ' ' || outcome || ' ' || healed_by from trials where {1}"))
        .containsExactly("agent healed agent", "baseline unhealed none");
    assertThat(
            query(
                "select count(distinct seed || json_extract(chaos_metadata, '$.role')) from trials"
                    + " where {1}"))
        .as("the arms share the seed, and hit the same role")
        .containsExactly("1");
    assertThat(query("select collateral_json from trials where {1}")).containsOnly("{}");
    assertThat(query("select state || ' ' || (trial_id is not null) from chaos_journal"))
        .contains("undone 1");
    assertThat(query("select state from chaos_journal where state <> 'undone'")).isEmpty();
  }

  @Test
  void aTrialTellsWhatHappenedInOrder() {
    JsonNode trial = trials(honest.json()).get(0);
    List<OffsetDateTime> times =
        Stream.of(
                "startedAt",
                "chaosInjectedAt",
                "onsetAt",
                "ticketCreatedAt",
                "resolvedAt",
                "undoneAt",
                "endedAt")
            .map(name -> OffsetDateTime.parse(trial.path(name).asText()))
            .toList();
    assertThat(times).isSorted();
    assertThat(OffsetDateTime.parse(trial.path("recoveredAt").asText()))
        .isBetween(times.get(2), times.get(5));
    assertThat(trial.path("timeToDetectMs").asLong())
        .isLessThanOrEqualTo(trial.path("timeToResolveMs").asLong());
    JsonNode command = trial.path("commands").path(0);
    assertThat(command.path("tool_name").asText()).isEqualTo("shell");
    assertThat(command.path("exit_code").asInt(-1)).isZero();
    assertThat(command.at("/tool_params/command").asText())
        .endsWith("start " + trial.path("target").asText());
    assertThat(trial.at("/canary/lostWrites").asInt(-1)).isZero();
    assertThat(trial.path("collateral")).isEmpty();
    assertThat(trial.path("errorCode").isNull()).isTrue();
  }

  @Test
  void theRowsHoldWhatOtherToolsRead() {
    assertThat(
            query(
                "select subject_name || ' ' || chaos_type || ' ' || trial_count || ' ' || baseline"
                    + " || ' ' || name || ' ' || seed from campaigns where id = 1"))
        .containsExactly("zookeeper node-kill 2 0 first 11");
    assertThat(
            query(
                "select count(*) from campaigns where id = 1 and json_valid(config_json)"
                    + " and json_array_length(topology_json, '$.nodes') = 3"
                    + " and json_extract(environment_json, '$.evalctl') is not null"))
        .containsExactly("1");
    assertThat(
            query(
                "select count(*) from trials where {1} and json_valid(initial_state)"
                    + " and json_valid(final_state) and json_valid(canary_json)"
                    + " and json_type(commands_json) = 'array'"
                    + " and json_type(chaos_metadata) = 'object'"
                    + " and json_type(collateral_json) = 'object'"
                    + " and json_type(operator_data_json) = 'object'"
                    + " and json_type(flags_json) = 'array'"
                    + " and chaos_injected_at glob '????-??-??T??:??:??.??????+00:00'"
                    + " and ended_at glob '????-??-??T??:??:??.??????+00:00'"))
        .containsExactly("2");
  }

  /** What no phase accounts for is evalctl's own share. */
  @Test
  void thePhasesAccountForATrialsTime() {
    List<String> shares =
        query(
            """
            select sum(json_extract(e.detail_json, '$.durationMs'))
                   / ((julianday(t.ended_at) - julianday(t.started_at)) * 86400000)
              from trials t join trial_events e on e.trial_id = t.id and e.kind = 'phase'
             where t.campaign_id = 1 group by t.id
            """);
    assertThat(shares).hasSize(2);
    assertThat(shares)
        .allSatisfy(share -> assertThat(Double.parseDouble(share)).isBetween(0.95, 1.01));
  }

  @Test
  void theResultsCanBeLookedAtAgain() throws IOException {
    assertThat(scratch.run("results", "list").out()).contains("first", "node-kill", "complete");
    assertThat(scratch.run("results", "show", "1").out()).contains("healed", "unhealed");
    assertThat(scratch.run("results", "show", "1", "--trial", "1").out())
        .contains("node-kill injected", "onset", "ticket 1 opened", "ticket 1 resolved", "shell");
    JsonNode export = scratch.run("results", "export", "1").json();
    assertThat(trials(export)).hasSize(2);
    assertThat(scratch.run("results", "export", "1", "--format", "csv").out().lines()).hasSize(3);
    assertThat(Files.readString(directory.resolve("junit.xml")))
        .contains("<testsuite", "tests=\"2\"", "failures=");
  }

  /** An operator that has another manner in each trial. */
  @Test
  void everyOperatorIsJudgedByWhatItDid() {
    Running run =
        scratch.run(
            campaign(
                "--chaos",
                "node-kill",
                "--agent",
                SmallOperator.agent(List.of(Manner.STARTUP, Manner.LOGLESS), null),
                "--trials",
                "2",
                "--timeout",
                "20s",
                "--json"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    List<JsonNode> trials = trials(run.json());
    assertJudged(trials.get(0), "healed", "agent", 1);
    assertJudged(trials.get(1), "healed", "unknown", 0);
    assertThat(trials).noneMatch(trial -> trial.path("resolvedAt").isNull());
  }

  /** One that says nothing, and one that says what is not so; each has its whole time. */
  @Test
  void whereNothingIsMendedNothingIsHealedWhateverIsSaid() {
    Running run =
        scratch.run(
            campaign(
                "--chaos",
                "node-kill",
                "--agent",
                SmallOperator.agent(List.of(Manner.SILENT, Manner.LIAR), null),
                "--trials",
                "2",
                "--timeout",
                "6s",
                "--json"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode silent = trials(run.json()).get(0);
    assertJudged(silent, "undetected", "none", 0);
    assertThat(silent.path("resolvedAt").isNull()).isTrue();
    JsonNode liar = trials(run.json()).get(1);
    assertJudged(liar, "false-resolve", "none", 0);
    assertThat(liar.path("resolvedAt").isNull()).isFalse();
    assertThat(liar.path("flags").toString()).contains("false-claim");
  }

  private static void assertJudged(
      JsonNode trial, String outcome, String healedBy, int startupTickets) {
    assertThat(trial.path("outcome").asText()).as(trial.toString()).isEqualTo(outcome);
    assertThat(trial.path("healedBy").asText()).isEqualTo(healedBy);
    assertThat(trial.at("/operatorData/startupTickets").asInt(-1)).isEqualTo(startupTickets);
  }

  @Test
  void withoutAFaultATicketIsAFalseAlarm() {
    Running run =
        scratch.run(
            campaign(
                "--chaos",
                "none",
                "--agent",
                SmallOperator.agent(List.of(Manner.SILENT, Manner.ALARMIST), null),
                "--trials",
                "2",
                "--fault-duration",
                "1s",
                "--json"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(trials(run.json()))
        .extracting(trial -> trial.path("arm").asText() + " " + trial.path("outcome").asText())
        .containsExactly("control quiet", "control false-alarm");
  }

  /** A ticket is resolved before the lift; the recovery is evalctl's all the same. */
  @Test
  void aFaultThatNoOperatorCanMendIsLifted() {
    Running run =
        scratch.run(
            campaign(
                "--chaos",
                "network-partition",
                "--param",
                "kind=isolate",
                "--target",
                "leader",
                "--arms",
                "agent,baseline",
                "--agent",
                SmallOperator.agent(Manner.ALARMIST),
                "--fault-duration",
                "3s",
                "--timeout",
                "20s",
                "--json"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    // On a busy machine a trial may be invalid; it is repeated.
    List<JsonNode> trials =
        trials(run.json()).stream()
            .filter(trial -> !trial.path("outcome").asText().equals("invalid"))
            .toList();
    assertThat(trials)
        .extracting(trial -> trial.path("outcome").asText() + " " + trial.path("healedBy").asText())
        .containsExactly("lifted evalctl", "lifted evalctl");
    assertThat(trials.get(0).path("timeToResolveMs").asLong(-1)).isBetween(0L, 3000L);
  }

  @Test
  void aThresholdThatIsNotMetDecidesTheExitCode() {
    Running run =
        scratch.run(
            campaign(
                "--chaos",
                "node-kill",
                "--baseline",
                "--timeout",
                "500ms",
                "--fail-under",
                "50%",
                "--quiet",
                "--json"));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.json().at("/campaigns/0/arms/0/outcomes/unhealed").asInt()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo("! node-kill: success rate 0.0% (baseline arm) is below 50.0%\n");
    assertThat(run.json().path("thresholds").toString())
        .isEqualTo(
            "[{\"name\":\"fail-under\",\"run\":\"%s\",\"limit\":0.5,\"value\":0.0,\"met\":false}]"
                .formatted("campaign:" + run.json().at("/campaigns/0/id").asInt()));
    assertThat(query("select baseline from campaigns order by id desc limit 1"))
        .containsExactly("1");
  }

  private static String[] campaign(String... arguments) {
    return Stream.concat(
            Stream.of("campaign", "--settle", "1s", "--agent-warmup", "100ms"),
            Stream.of(arguments))
        .toArray(String[]::new);
  }

  private static List<JsonNode> trials(JsonNode document) {
    JsonNode trials = document.at("/campaigns/0/trials");
    return StreamSupport.stream(trials.spliterator(), false).toList();
  }

  /** {@code {1}} stands for the honest campaign. */
  private static List<String> query(String sql) {
    return scratch.query(sql.replace("{1}", "campaign_id = 1"));
  }
}
