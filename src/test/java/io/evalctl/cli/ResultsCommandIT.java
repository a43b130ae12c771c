package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.report.Explanations;
import io.evalctl.testing.InProcess;
import io.evalctl.testing.StoredRuns;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is stored, under the names and numbers by which it was shown. */
class ResultsCommandIT {
  @TempDir Path directory;
  private InProcess evalctl;

  @BeforeEach
  void store() {
    evalctl = new InProcess(directory);
    new StoredRuns(evalctl.store())
        .campaign(1, "{}", "2026-11-20T20:00:00.000000+00:00")
        .eval(1, "2026-11-20T20:01:00.000000+00:00")
        .campaign(2, "{}", "2026-11-20T20:02:00.000000+00:00")
        .trial(1, 1, "agent", 1, "healed")
        .trial(1, 1, "baseline", 1, "invalid")
        .trial(1, 1, "baseline", 2, "unhealed")
        .trial(1, 2, "agent", 1, "false-resolve");
  }

  @Test
  void allRunsAreListedInOneOrderOfTime() {
    assertThat(evalctl.run("results list")).isZero();
    assertThat(evalctl.out().lines().skip(1).map(line -> line.split(" +")[0]))
        .containsExactly("campaign:2", "eval:1", "campaign:1");
    assertThat(evalctl.run("results list --json")).isZero();
    assertThat(evalctl.json().path("runs"))
        .extracting(run -> run.path("run").asText())
        .containsExactly("campaign:2", "eval:1", "campaign:1");
    assertThat(evalctl.json().path("campaigns")).hasSize(2);
    assertThat(evalctl.json().path("evalRuns")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, agent arm: healed",
    "2, baseline arm: invalid",
    "2, 'baseline arm, attempt 2: unhealed'",
    "3, agent arm: false-resolve"
  })
  void aTrialHasTheNumberThatTheProgressShows(int number, String text) {
    assertThat(evalctl.run("results show campaign:1")).isZero();
    String outcome = text.substring(text.lastIndexOf(' ') + 1);
    assertThat(evalctl.out().lines().filter(line -> line.contains("%d/2".formatted(number))))
        .anyMatch(line -> line.contains(outcome));
    assertThat(evalctl.run("results show 1 --trial " + number)).isZero();
    assertThat(evalctl.out())
        .contains("trial %d of campaign:1: node-kill, %s".formatted(number, text));
  }

  @Test
  void aTrialThatIsNotThereIsNamedAsTheRunIs() {
    assertThat(evalctl.run("results show campaign:1 --trial 4")).isEqualTo(2);
    assertThat(evalctl.err())
        .contains("campaign:1 has no trial 4", "evalctl results show campaign:1 shows");
  }

  @ParameterizedTest
  @CsvSource({
    "results show eval:x, names no results",
    "results show eval:1 --explain, --explain goes with a campaign",
    "campaign --resume eval:1, is a run of a dataset",
    "eval --resume campaign:1, is a campaign",
    "results show, RUN is missing"
  })
  void aNameThatCannotBeMeantIsRefused(String line, String message) {
    assertThat(evalctl.run(line)).isEqualTo(2);
    assertThat(evalctl.err()).contains(message);
  }

  @Test
  void theWordsAreExplainedWhereTheyAreShown() {
    assertThat(evalctl.run("results show 1")).isZero();
    assertThat(evalctl.out())
        .contains("detect: until the first ticket;", "down: no service for clients");
    assertThat(evalctl.out()).doesNotContain(explanation("healed"));

    assertThat(evalctl.run("results show 1 --explain --json")).isZero();
    JsonNode explanations = evalctl.json().path("explanations");
    for (String term : List.of("down", "detect", "lost", "healed", "false-resolve")) {
      assertThat(explanations.path(term).asText()).as(term).isEqualTo(explanation(term));
    }
    assertThat(explanations.has("quiet")).as("not shown").isFalse();
    assertThat(evalctl.run("results show --explain --json")).isZero();
    assertThat(evalctl.json().path("explanations")).hasSize(Explanations.all().size());
    assertThat(evalctl.run("results show --explain")).isZero();
    assertThat(evalctl.out()).contains("collateral damage", "false-claim");
    assertThat(evalctl.out().lines()).allMatch(line -> line.length() <= 100);
  }

  private static String explanation(String term) {
    return Explanations.of(term).orElseThrow().text();
  }
}
