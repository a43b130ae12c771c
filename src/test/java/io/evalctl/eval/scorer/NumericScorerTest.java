package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumericScorerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "42                          | 42",
        "The total is 42.            | 42",
        "-3 and +4                   | -3 4",
        "\u22125 degrees             | -5",
        "1,234.5 or 12,345,678       | 1234.5 12345678",
        "2.5e-3                      | 0.0025",
        "$40, 12% and 42kg           | 40 12 42",
        "x86 and 0x1F and v1.2.3     | ''",
        "10-20                       | 10 20",
        "2026-11-20                  | 2026 11 20",
        "1,2,3                       | ''",
        "1, 2, 3                     | 1 2 3",
        "energy,42,                  | 42",
        "it is 7, not 8.             | 7 8",
        "1.5.2                       | ''",
        "12,34                       | ''",
        "1e99999                     | ''",
        ".5                          | ''",
        "energy_3                    | ''",
        "(7)                         | 7",
        "**8**                       | 8",
        "99999999999999999999.25     | 99999999999999999999.25",
      })
  void findsNumbersAsTheyAreWritten(String text, String numbers) {
    List<BigDecimal> wanted =
        numbers.isBlank()
            ? List.of()
            : List.of(numbers.split(" ")).stream().map(BigDecimal::new).toList();

    assertThat(NumberFinder.find(text))
        .usingElementComparator(BigDecimal::compareTo)
        .containsExactlyElementsOf(wanted);
  }

  @Test
  void doesNotChokeOnLongDigits() {
    assertThat(NumberFinder.find("1".repeat(1_000_000))).isEmpty();
    assertThat(NumberFinder.find("1,111".repeat(200_000))).isEmpty();
    assertThat(NumberFinder.find("1" + ",111".repeat(200_000))).isEmpty();
    assertThat(NumberFinder.find("a" + "1".repeat(100_000))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: numeric, value: 42}                             | it is 42.0      | true",
        "{type: numeric, value: 42}                             | it is 42.1      | false",
        "{type: numeric, value: 42, tolerance: 0.1}             | it is 42.1      | true",
        "{type: numeric, value: 42, tolerance: 0.1}             | it is 42.11     | false",
        "{type: numeric, value: -100, relative: 0.05}           | it is -105      | true",
        "{type: numeric, value: -100, relative: 0.05}           | it is -105.01   | false",
        "{type: numeric, value: 0.3, tolerance: 0}              | 0.30            | true",
        "{type: numeric, value: 42}                             | 41 or 42        | false",
        "{type: numeric, value: 42}                             | 42, so 42.0     | true",
        "{type: numeric, value: 42, take: last}                 | 41 or 42        | true",
        "{type: numeric, value: 41, take: first}                | 41 or 42        | true",
        "{type: numeric, value: 42}                             | forty-two       | false",
      })
  void comparesWithinTheTolerance(String scorer, String answer, boolean passed) {
    assertThat(Scorers.score(scorer, answer).passed()).isEqualTo(passed);
  }

  @Test
  void takesAStructuredOutputAsTheNumberItIs() throws IOException {
    Scorer scorer = Scorers.of("{type: numeric, tolerance: 1}");

    assertThat(scorer.score(SampleEvidence.ofOutput(Json.read("41.5"), Json.read("42"))).reason())
        .isEqualTo("the answer is 41.5, expected 42, within 1");
    assertThat(scorer.score(SampleEvidence.ofText("42", Json.read("\"42\""))).passed()).isTrue();
  }

  @Test
  void aNumberBeyondAllMeasureIsNone() throws IOException {
    Scorer scorer = Scorers.of("{type: numeric, value: 1, tolerance: 1}");

    Score score = scorer.score(SampleEvidence.ofOutput(Json.readOwn("1e999999999"), Json.object()));

    assertThat(score.reason()).isEqualTo("there is no number in the answer");
  }
}
