package io.evalctl.question;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.question.Condition.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {
  private static final String BODY =
      """
      {"health": "true", "leader": "17", "header": {"member_id": 17}, "count": 3, "empty": [],
       "members": [{"name": "a", "up": true}, {"name": "b", "up": false}]}
      """;
  private static final Map<String, String> OF_A = Map.of("node", "a");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "$.health                         | EQUALS     | true  | ",
        "$.health                         | EQUALS     | false | $.health is 'true', not equals"
            + " false",
        "$.none                           | EQUALS     | true  | nothing at $.none",
        "$.members[?(@.name=='{{node}}')].up | EQUALS  | true  | ",
        "$.members[*].up                  | EQUALS     | true  | $.members[*].up is 'false', not"
            + " equals true",
        "$.count                          | MIN        | 3     | ",
        "$.count                          | MIN        | 3.5   | $.count is '3', not min 3.5",
        "$.health                         | MIN        | 0     | $.health is 'true', not min 0",
        "$.count                          | MAX        | 2     | $.count is '3', not max 2",
        "$.members[?(@.up == true)]       | COUNT_MIN  | 1     | ",
        "$.members[?(@.up == true)]       | COUNT_MIN  | 2     | 1 of 2 at $.members[?(@.up =="
            + " true)]",
        "$.empty[*]                       | COUNT_MIN  | 1     | 0 of 1 at $.empty[*]",
        "$.leader                         | SAME_AS    | $.header.member_id | ",
        "$.leader                         | SAME_AS    | $.count | $.leader is '17', not same-as"
            + " $.count",
        "$.leader                         | NOT_EQUALS | 0     | ",
        "$.leader                         | MATCHES    | 1.    | ",
        "$.leader                         | MATCHES    | 1     | $.leader is '17', not matches 1",
      })
  void judgesByConditions(String path, Operator operator, String operand, String failure) {
    Question question =
        new Question(
            new Ask.Tcp("any"),
            null,
            List.of(
                new Condition(Template.of(path.strip()), operator, Template.of(operand.strip()))));

    assertThat(question.failure(Answer.Given.http(200, BODY), OF_A).orElse(null))
        .isEqualTo(failure == null ? null : failure.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "EQUALS     | PONG   | ",
        "EQUALS     | PON    | the answer is 'PONG', not equals PON",
        "NOT_EQUALS | PONG   | the answer is 'PONG', not not-equals PONG",
        "CONTAINS   | ON     | ",
        "CONTAINS   | {{node}} | the answer is 'PONG', not contains a",
        "MATCHES    | P.*    | ",
        "MATCHES    | P      | the answer is 'PONG', not matches P",
        "MIN        | 1      | the answer is 'PONG', not min 1",
      })
  void judgesTheWholeText(Operator operator, String operand, String failure) {
    Condition condition = new Condition(null, operator, Template.of(operand));

    assertThat(condition.failure("PONG\r\n", OF_A).orElse(null)).isEqualTo(failure);
  }

  @Test
  void judgesByStatusAndByWhetherThereIsAnAnswer() {
    Question any = new Question(new Ask.Tcp("any"), null, List.of());
    Question exact = new Question(new Ask.Tcp("any"), 503, List.of());

    assertThat(any.failure(Answer.Given.http(204, ""), OF_A)).isEmpty();
    assertThat(any.failure(Answer.Given.http(503, ""), OF_A)).contains("HTTP 503");
    assertThat(exact.failure(Answer.Given.http(503, ""), OF_A)).isEmpty();
    assertThat(any.failure(Answer.Given.exit(137, ""), OF_A)).contains("exit code 137");
    assertThat(any.failure(new Answer.Refused("connection refused"), OF_A))
        .contains("connection refused");
    assertThat(any.failure(new Answer.Missing("no answer"), OF_A)).contains("no answer");
  }

  @Test
  void whatIsNoJsonMeetsNoCondition() {
    Question question =
        new Question(
            new Ask.Tcp("any"),
            null,
            List.of(new Condition(Template.of("$.a"), Operator.EQUALS, Template.of("1"))));

    assertThat(question.failure(Answer.Given.http(200, "<html>"), OF_A)).contains("nothing at $.a");
    assertThat(question.failure(Answer.Given.http(200, ""), OF_A)).contains("nothing at $.a");
  }
}
