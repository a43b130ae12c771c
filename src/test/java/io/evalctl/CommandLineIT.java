package io.evalctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.console.Io;
import io.evalctl.report.ExitRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line without any subject: help, bad input, settings, the results store. */
class CommandLineIT {
  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void freshHome() {
    environment.put("HOME", directory.toString());
    environment.put("PATH", System.getenv("PATH"));
  }

  @Test
  void helpNamesEverySubcommand() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("campaign", "results", "heal", "operator", "doctor");
    assertThat(err()).isEmpty();
  }

  @Test
  void everyExitCodeIsExplainedOnceInHelpAndReadme() throws IOException {
    assertThat(ExitRule.table().keySet())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "130", "143");
    assertThat(run("--help")).isZero();
    String help = out().replaceAll("\\s+", " ");
    String readme = Files.readString(Path.of("README.md"));
    ExitRule.table()
        .forEach(
            (code, meaning) -> {
              assertThat(help).containsOnlyOnce(code + " " + meaning);
              assertThat(readme).containsOnlyOnce("| " + code + " | " + meaning + " |");
            });
  }

  @Test
  void versionNamesVersionCommitAndJdk() {
    assertThat(run("--version")).isZero();
    assertThat(out()).matches("evalctl \\S+ \\(commit \\S+, JDK \\S+\\)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                              | 2 | a command is missing
          campain                                         | 2 | there is no command
          campaign a.yaml b.yaml                          | 2 | is one argument too many
          campaign                                        | 2 | no chaos type is given
          campaign --chaos node-krill                     | 2 | there is no chaos type 'node-krill'
          campaign --chaos node-kill --subject zoo        | 2 | there is no subject 'zoo'
          campaign --chaos node-kill --trials 0           | 2 | trials cannot be '0'
          campaign --chaos node-kill --trials -1          | 2 | trials cannot be '-1'
          campaign --chaos node-kill --param a=1          | 2 | parameter 'a'
          campaign --chaos latency --param min_ms=x       | 2 | min_ms cannot be 'x'
          campaign --chaos node-kill --agent robot        | 2 | robot
          campaign --chaos node-kill --timeout 5          | 2 | timeout cannot be '5'
          campaign --chaos node-kill --fail-under 2       | 2 | --fail-under cannot be '2'
          campaign --chaos node-kill --color pink         | 2 | --color
          campaign --chaos node-kill --resume 3           | 2 | --resume goes on with the stored plan
          campaign nowhere.yaml                           | 4 | there is no campaign file
          campaign --chaos node-kill --config nowhere     | 2 | there is no configuration file
          campaign --chaos node-kill --env-file nowhere   | 4 | environment file
          campaign --chaos node-kill --nodes 4            | 2 | 4 nodes
          campaign --chaos node-kill --target zk9         | 2 | zk9
          results list                                    | 4 | there is no results store
          results show                                    | 2 | RUN
          operator                                        | 2 | say init-db or runbook
          """)
  void badInputGetsOneClearLine(String line, int exitCode, String message) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(exitCode);
    assertThat(err()).startsWith("evalctl: ").contains(message).doesNotContain("\tat ");
    assertThat(err().lines().filter(text -> !text.startsWith("  hint: "))).hasSize(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void withJsonAnErrorIsOneJsonObjectOnStdout() throws IOException {
    assertThat(run("campaign", "--chaos", "node-krill", "--json")).isEqualTo(2);
    JsonNode error = new ObjectMapper().readTree(out()).path("error");
    assertThat(error.path("code").asText()).isEqualTo("UNKNOWN_CHAOS");
    assertThat(error.path("hint").asText()).contains("node-kill");
    assertThat(err()).isEmpty();
  }

  @Test
  void debugShowsTheStackTrace() {
    run("campaign", "--chaos", "node-krill", "--debug");
    assertThat(err()).contains("\tat io.evalctl.");
  }

  @Test
  void flagsWinOverTheFileTheFileOverTheEnvironmentTheEnvironmentOverTheConfiguration()
      throws IOException {
    Files.writeString(directory.resolve("evalctl.yaml"), "seed: 4\ntrials: 4\nnodes: 5\nname: c\n");
    environment.put("EVALCTL_SEED", "3");
    environment.put("EVALCTL_TRIALS", "3");
    environment.put("EVALCTL_NAME", "e");
    Files.writeString(directory.resolve("plan.yaml"), "chaos: node-kill\nseed: 2\ntrials: 2\n");

    assertThat(run("campaign", "plan.yaml", "--seed", "1", "--dry-run", "--json")).isZero();

    JsonNode plan = new ObjectMapper().readTree(out()).path("plan");
    assertThat(plan.path("seed").asInt()).isEqualTo(1);
    assertThat(plan.path("trials").asInt()).isEqualTo(2);
    assertThat(plan.path("name").asText()).isEqualTo("e");
    assertThat(plan.path("nodes").asInt()).isEqualTo(5);
  }

  @Test
  void aSectionOfTheConfigurationIsForItsCommandAlone() throws IOException {
    Files.writeString(
        directory.resolve("evalctl.yaml"), "trials: 4\ncampaign:\n  trials: 6\n  json: true\n");

    assertThat(run("campaign", "--chaos", "node-kill", "--dry-run")).isZero();

    assertThat(new ObjectMapper().readTree(out()).path("plan").path("trials").asInt()).isEqualTo(6);
  }

  @Test
  void anUnknownKeyOfTheConfigurationIsAnErrorThatNamesTheNearest() throws IOException {
    Files.writeString(directory.resolve("evalctl.yaml"), "campaign:\n  trails: 4\n");

    assertThat(run("doctor")).isEqualTo(2);
    assertThat(err()).contains("unknown key 'campaign.trails'").contains("did you mean 'trials'?");
  }

  @Test
  void anEnvironmentFileAddsVariablesAndNamesOnlyTheLineThatIsWrong() throws IOException {
    Files.writeString(directory.resolve("env"), "# comment\nexport EVALCTL_SEED='77'\n");
    assertThat(run("campaign", "--chaos", "node-kill", "--dry-run", "--json", "--env-file", "env"))
        .isZero();
    assertThat(out()).contains("\"seed\":77");

    Files.writeString(directory.resolve("env"), "sk-secret-without-a-name\n");
    assertThat(run("doctor", "--env-file", "env")).isEqualTo(2);
    assertThat(err()).contains("line 1").doesNotContain("sk-secret");
  }

  @Test
  void doctorTellsWhereAValueComesFromButNotTheValue() {
    environment.put("EVALCTL_NAME", "hidden-value");
    assertThat(run("doctor")).isZero();
    assertThat(out()).contains("campaign --name").contains("EVALCTL_NAME");
    assertThat(out()).doesNotContain("hidden-value");
  }

  @Test
  void schemaChaosAndSubjectsAreListed() throws IOException {
    assertThat(run("campaign", "--schema")).isZero();
    assertThat(new ObjectMapper().readTree(out()).path("title").asText()).contains("campaign");
    assertThat(run("campaign", "--list-chaos")).isZero();
    assertThat(out()).contains("node-kill", "data-corruption", "kind=isolate*|halves|ring|bridge");
    assertThat(Files.readString(Path.of("README.md"))).as("the README shows it").contains(out());
    assertThat(run("campaign", "--list-chaos", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out()).path("chaosTypes")).hasSize(18);
    assertThat(run("campaign", "--list-subjects")).isZero();
    assertThat(out()).contains("zookeeper");
  }

  @Test
  void resultsOfAForeignFileAreRefusedAndTheFileIsUntouched() throws IOException {
    Path file = directory.resolve("notes.txt");
    Files.writeString(file, "these are my notes, and no results store");

    assertThat(run("results", "list", "--db", "notes.txt")).isEqualTo(4);
    assertThat(err()).contains("is not a results store of evalctl");
    assertThat(run("campaign", "--chaos", "node-kill", "--db", "notes.txt")).isEqualTo(4);
    assertThat(Files.readString(file)).isEqualTo("these are my notes, and no results store");
  }

  @Test
  void healOfNothingSaysSoAndWhatItCouldNotSee() {
    environment.put("DOCKER_HOST", "unix://" + directory.resolve("no.sock"));
    assertThat(run("heal")).isZero();
    assertThat(out()).contains("nothing to heal");
    assertThat(err()).contains("containers were not looked at").contains("no.sock");
    assertThat(run("heal", "--json")).isZero();
    assertThat(out()).contains("\"actions\":[]", "\"notLookedAt\":[\"containers were not");
  }

  @Test
  void colourComesOnlyWhenAskedFor() {
    run("doctor", "--color", "always");
    assertThat(out()).contains("\u001b[");
    run("doctor");
    assertThat(out()).doesNotContain("\u001b[");
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        args,
        new Io(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            environment,
            directory));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
