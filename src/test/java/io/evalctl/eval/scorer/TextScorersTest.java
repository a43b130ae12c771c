package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextScorersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // wanted as JSON | the answer as JSON | equal
        "42        | '\"42\"'        | true",
        "42        | '\" 42.0\\n\"'  | true",
        "42        | 42              | true",
        "42        | 4.2e1           | true",
        "'\"42\"'  | 42              | true",
        "'\"42\"'  | '\"42.0\"'      | false",
        "'\"yes\"' | '\"yes \\n\"'   | true",
        "'\"yes\"' | '\"Yes\"'       | false",
        "42        | '\"about 42\"'  | false",
        "42        | '\"42 43\"'     | false",
        "true      | '\"true\"'      | true",
        "true      | '\"True\"'      | false",
        "'{\"a\":1,\"b\":[1.0]}' | '\"{\\\"b\\\":[1],\\\"a\\\":1}\"' | true",
        "'{\"a\":1}' | '{\"a\":\"1\"}' | false",
        "'[1,2]'   | '[2,1]'         | false",
        "'[1,2]'   | '[1,2,3]'       | false",
        "0.1       | 0.10            | true",
        "9007199254740993 | 9007199254740992 | false",
      })
  void exactComparesByJsonValue(String wanted, String answer, boolean equal) throws IOException {
    Evidence evidence = SampleEvidence.ofOutput(Json.read(answer), Json.read(wanted));
    if (evidence.output().isTextual()) {
      evidence = SampleEvidence.ofText(evidence.output().textValue(), evidence.expected());
    }

    assertThat(Scorers.of("{type: exact}").score(evidence).passed()).isEqualTo(equal);
  }

  @Test
  void exactPrefersItsOwnValue() {
    Score score =
        Scorers.of("{type: exact, value: 7}")
            .score(SampleEvidence.ofText("7", TextNode.valueOf("8")));

    assertThat(score).isEqualTo(new Score(1, true, "the answer is \"7\", expected 7"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: includes, value: energy}                  | the energy dropped | 1   | true",
        "{type: includes, value: Energy}                  | the energy dropped | 0   | false",
        "{type: includes, value: Energy, ignoreCase: true}| the ENERGY dropped | 1   | true",
        "{type: includes, all: [energy, water]}           | the energy dropped | 0.5 | false",
        "{type: includes, value: [energy, dropped]}       | the energy dropped | 1   | true",
        "{type: includes, any: [energy, water]}           | the energy dropped | 1   | true",
        "{type: includes, any: [air, water]}              | the energy dropped | 0   | false",
        "{type: includes, value: 3}                       | 3 left             | 1   | true",
        "{type: includes, value: [1.50]}                  | it costs 1.50      | 1   | true",
      })
  void includes(String scorer, String answer, double value, boolean passed) {
    Score score = Scorers.score(scorer, answer);

    assertThat(score.value()).isEqualTo(value);
    assertThat(score.passed()).isEqualTo(passed);
  }

  @Test
  void includesLooksForWhatTheCaseExpects() throws IOException {
    Scorer scorer = Scorers.of("{type: includes}");

    assertThat(scorer.score(SampleEvidence.ofText("a b", Json.read("[\"a\",\"b\"]"))).passed())
        .isTrue();
    assertThat(scorer.misfit(Json.read("{\"a\":1}"))).get().asString().contains("is none");
    assertThat(scorer.misfit(Json.read("\"\""))).isPresent();
    assertThat(scorer.misfit(Json.read("\"a\""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: regex, pattern: 'b+'}                     | abbc  | true",
        "{type: regex, pattern: 'B+'}                     | abbc  | false",
        "{type: regex, pattern: 'B+', ignoreCase: true}   | abbc  | true",
        "{type: regex, pattern: 'b+', whole: true}        | abbc  | false",
        "{type: regex, pattern: 'a.*c', whole: true}      | abbc  | true",
      })
  void regex(String scorer, String answer, boolean passed) {
    assertThat(Scorers.score(scorer, answer).passed()).isEqualTo(passed);
  }

  @Test
  void aPatternThatBacktracksWithoutEndIsAnErrorAndNoScore() {
    Scorer scorer = Scorers.of("{type: regex, pattern: '^(a+)+\\1?c$'}");

    assertThatThrownBy(() -> scorer.score(SampleEvidence.ofText("a".repeat(60) + "b")))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SCORER_FAILED);
              assertThat(e)
                  .hasMessageContaining("backtracks too much")
                  .hasMessageContaining("sample");
            });
  }

  @Test
  void aPatternThatWouldOverflowTheStackIsAnErrorToo() {
    Scorer scorer = Scorers.of("{type: regex, pattern: '(?:a|b)*c'}");

    assertThatThrownBy(() -> scorer.score(SampleEvidence.ofText("ab".repeat(1_000_000))))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("backtracks too much");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: choice, choices: [A, B, C], value: B}    | B                              | true",
        "{type: choice, choices: [A, B, C], value: B}    | (B)                            | true",
        "{type: choice, choices: [A, B, C], value: B}    | **B**.                         | true",
        "{type: choice, choices: [A, B, C], value: B}    | A is wrong. The answer is **B**. | true",
        "{type: choice, choices: [A, B, C], value: B}    | Answer: A. No, Answer: B       | true",
        "{type: choice, choices: [A, B, C], value: B}    | A or B                         | false",
        "{type: choice, choices: [A, B, C], value: B}    | a good one is B                | true",
        "{type: choice, choices: [A, B, C], value: B}    | none                           | false",
        "{type: choice, choices: [A, B, C], value: B}    | Best                           | false",
        "{type: choice, choices: [energy, energy drop], value: energy drop} | Energy Drop | true",
        "{type: choice, choices: [energy, energy drop], value: energy} | the energy drop  | false",
        "{type: choice, choices: ['yes', 'no'], value: 'no'} | No.                          | true",
      })
  void choice(String scorer, String answer, boolean passed) {
    assertThat(Scorers.score(scorer, answer).passed()).isEqualTo(passed);
  }

  @Test
  void finishedLooksAtTheEndOfTheTask() {
    Scorer scorer = Scorers.of("{type: finished}");

    assertThat(scorer.score(SampleEvidence.ofText("")).passed()).isTrue();
    assertThat(scorer.score(SampleEvidence.ofText("").unfinished()).passed()).isFalse();
  }

  @Test
  void severalScorersComeTogether() {
    String parts = "[{type: includes, all: [a, b]}, {type: includes, value: c}]";

    assertThat(Scorers.score("{type: all, of: " + parts + "}", "a c"))
        .isEqualTo(
            new Score(
                0.5,
                false,
                "failed includes (the answer lacks 'b');"
                    + " passed includes#2 (the answer holds all of it)"));
    assertThat(Scorers.score("{type: any, of: " + parts + "}", "a c").passed()).isTrue();
    assertThat(Scorers.score("{type: any, of: " + parts + "}", "a").value()).isEqualTo(0.5);
    assertThat(Scorers.score("{type: not, of: {type: includes, all: [a, b]}}", "a").value())
        .isEqualTo(0.5);
    assertThat(Scorers.score("{type: not, of: {type: includes, value: a}}", "a").passed())
        .isFalse();
  }

  @Test
  void aPartThatFailsToJudgeIsNotTurnedIntoAPass() {
    Scorer scorer = Scorers.of("{type: not, of: {type: regex, pattern: '^(a+)+\\1?c$'}}");

    assertThatThrownBy(() -> scorer.score(SampleEvidence.ofText("a".repeat(60) + "b")))
        .isInstanceOf(EvalctlException.class);
  }

  @Test
  void whatCannotFitTheExpectedValueSaysSo() throws IOException {
    JsonNode text = Json.read("\"many\"");

    assertThat(Scorers.of("{type: exact}").misfit(Json.read(""))).isPresent();
    assertThat(Scorers.of("{type: numeric}").misfit(text)).get().asString().contains("numbers");
    assertThat(Scorers.of("{type: numeric}").misfit(Json.read("\"4\""))).isEmpty();
    assertThat(Scorers.of("{type: choice, choices: [A, B]}").misfit(text))
        .hasValue("'many' is none of the choices A, B");
    assertThat(Scorers.of("{type: not, of: {type: choice, choices: [A, B]}}").misfit(text))
        .isPresent();
  }
}
