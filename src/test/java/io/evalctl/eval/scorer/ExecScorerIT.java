package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecScorerIT {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 0                                                   | 1   | true  | exit code 0",
        "echo fine                                                | 1   | true  | fine",
        "echo too short; exit 1                                   | 0   | false | too short",
        "echo broken >&2; exit 1                                  | 0   | false | broken",
        "echo '{\"value\":0.25,\"reason\":\"a bit\"}'             | 0.25| false | a bit",
        "echo '{\"value\":1,\"reason\":\"all\"}'                  | 1   | true  | all",
        "echo '{\"passed\":true}'                                 | 1   | true  | no reason given",
        "echo '{\"passed\":false,\"value\":0.9,\"reason\":\"x\"}' | 0.9 | false | x",
        "echo '{\"passed\":false}'; exit 1                        | 0   | false | no reason given",
      })
  void aProgramJudges(String program, double value, boolean passed, String reason)
      throws IOException {
    assertThat(score(program, "")).isEqualTo(new Score(value, passed, reason));
  }

  @Test
  void theThresholdDecidesWhereTheProgramDoesNot() throws IOException {
    assertThat(score("echo '{\"value\":0.25}'", ", threshold: 0.25").passed()).isTrue();
    assertThat(score("echo '{\"value\":0.25}'", ", threshold: 0.26").passed()).isFalse();
  }

  @Test
  void itGetsTheCaseTheVariablesAndTheDirectory() throws IOException {
    Score score = score("cat > got.json; echo \"$EVALCTL_RUN_CASE $(pwd)\"", "");

    assertThat(score.reason()).isEqualTo("sample " + directory.toRealPath());
    assertThat(Json.read(Files.readAllBytes(directory.resolve("got.json"))))
        .isEqualTo(
            Json.read(
                """
                {"case":"sample","input":"How many?","expected":3,"output":"three",
                 "text":"three","finished":true}"""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 2                                  | exit code 2",
        "exec no-such-program                    | exit code 127",
        "kill -9 $$                              | exit code 137",
        "echo '{\"value\":2}'                    | must print a value from 0 to 1",
        "echo '{\"reason\":\"none\"}'            | must print a value from 0 to 1",
        "echo '{\"passed\":\"yes\"}'             | must print a value from 0 to 1",
        "echo '{\"value\":'                      | not quite JSON",
        "echo '{\"value\":1} {}'                 | not quite JSON",
        "head -c 2000000 /dev/zero               | printed more than",
      })
  void aBrokenProgramIsAnErrorAndNoScore(String program, String message) {
    assertThatThrownBy(() -> score(program, ""))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SCORER_FAILED);
              assertThat(e).hasMessageContaining("of case sample").hasMessageContaining(message);
            });
  }

  @Test
  void aProgramThatDoesNotEndIsEndedWithItsChildren() throws IOException {
    assertThatThrownBy(() -> score("sleep 3600 & echo $! > child; sleep 3600", ", timeout: 300ms"))
        .hasMessageContaining("did not end within 300 ms");

    long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
    assertThat(ProcessIdentity.of(child)).isEmpty();
  }

  @Test
  void theSamplesDeadlineComesFirst() throws IOException {
    Scorer scorer = scorer("sleep 3600", "");
    Evidence evidence =
        SampleEvidence.ofText("x").in(directory, Map.of()).within(Duration.ofMillis(200));

    assertThatThrownBy(() -> scorer.score(evidence)).hasMessageContaining("did not end");
  }

  private Score score(String program, String more) throws IOException {
    return scorer(program, more)
        .score(
            SampleEvidence.ofText("three", Json.read("3"))
                .in(directory, Map.of("EVALCTL_RUN_CASE", "sample")));
  }

  private Scorer scorer(String program, String more) throws IOException {
    Files.writeString(directory.resolve("judge.sh"), program);
    return Scorers.of("{type: exec, command: [sh, judge.sh]" + more + "}");
  }
}
