package io.evalctl.eval.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScorersTest {
  private static final String ANSWER =
      "{\"items\":[{\"name\":\"energy\",\"left\":3.0},{\"name\":\"water\",\"left\":9}],\"ok\":true}";
  private static final String SCHEMA =
      "{type: json-schema, schema: {type: object, required: [n],"
          + " properties: {n: {type: integer, minimum: 0}, s: {pattern: '^(a+)+\\1?c$'}}}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: json, subset: {ok: true}}                                  | true",
        "{type: json, subset: {ok: false}}                                 | false",
        "{type: json, subset: {items: [{left: 3}, {name: water}]}}         | true",
        "{type: json, subset: {items: [{left: 3}]}}                        | false",
        "{type: json, subset: {missing: 1}}                                | false",
        "{type: json, subset: [1]}                                         | false",
        "{type: json, path: '$.items[0].left', equals: 3}                  | true",
        "{type: json, path: '$.items[0].left', equals: '3'}                | false",
        "{type: json, path: '$.items[5].left', equals: 3}                  | false",
        "{type: json, path: '$.items[*].name', equals: [energy, water]}    | true",
        "{type: json, path: '$.items[?(@.left > 5)].name', equals: [water]}| true",
        "{type: json, path: '$.items.length()', equals: 2}                 | true",
        "{type: json, path: '$.ok', equals: true}                          | true",
      })
  void jsonHoldsAPartOrAValueAtAPath(String scorer, boolean passed) {
    assertThat(Scorers.score(scorer, ANSWER).passed()).isEqualTo(passed);
  }

  @Test
  void saysWhereItDiffers() {
    assertThat(Scorers.score("{type: json, subset: {items: [{left: 4}, {}]}}", ANSWER).reason())
        .isEqualTo("$.items[0].left is 3.0, expected 4");
    assertThat(Scorers.score("{type: json, path: '$.none', equals: 4}", ANSWER).reason())
        .isEqualTo("$['none'] is nothing, expected 4");
    assertThat(Scorers.score("{type: json, subset: {}}", "I cannot").reason())
        .isEqualTo("the answer is no JSON: I cannot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{type: json, subset: {n: 1}}",
        "{type: json, path: $.n, equals: 1}",
        "{type: json-schema, schema: {properties: {n: {type: integer, multipleOf: 0.01}}}}"
      })
  void numbersOutOfRangeAreNoAnswer(String scorer) {
    for (String number : new String[] {"1e1000000000000", "1e999999999", "-1e-999999999"}) {
      Score score = Scorers.score(scorer, "{\"n\":" + number + "}");
      assertThat(score.passed()).isFalse();
      assertThat(score.reason()).startsWith("the answer is no JSON");
    }
  }

  @Test
  void theCaseMayHoldTheWantedValue() throws IOException {
    Evidence evidence = SampleEvidence.ofText(ANSWER, Json.read("{\"ok\":true}"));

    assertThat(Scorers.of("{type: json}").score(evidence).passed()).isTrue();
    assertThat(Scorers.of("{type: json, path: $.items}").misfit(MissingNode.getInstance()))
        .isPresent();
  }

  @Test
  void oneFencedBlockIsTheAnswerAndTwoAreNone() {
    String scorer = "{type: json, subset: {a: 1}}";

    assertThat(Scorers.score(scorer, "```json\n{\"a\":1}\n```").passed()).isTrue();
    assertThat(Scorers.score(scorer, "Here:\n\n```\n{\"a\":1}\n```\nDone.").passed()).isTrue();
    assertThat(Scorers.score(scorer, "  ```JSON\r\n{\"a\":1}\r\n  ```\r\n").passed()).isTrue();
    assertThat(Scorers.score(scorer, "```python\n{\"a\":1}\n```").passed()).isFalse();
    assertThat(Scorers.score(scorer, "```json\n{\"a\":1}\n```\n```json\n{\"a\":1}\n```").passed())
        .isFalse();
    assertThat(Scorers.score(scorer, "```json\n{\"a\":1}").passed()).isFalse();
    assertThat(Scorers.score(scorer, "the answer: {\"a\":1}").passed()).isFalse();
    assertThat(Scorers.score(scorer, "{\"a\":1} and more").passed()).isFalse();
    assertThat(Scorers.score("{type: exact, value: {a: 1}}", "```json\n{\"a\":1}\n```").passed())
        .isFalse();
  }

  @Test
  void aSchemaAcceptsOrSaysWhy() {
    assertThat(Scorers.score(SCHEMA, "{\"n\":3}")).isEqualTo(Score.pass("the answer fits"));
    assertThat(Scorers.score(SCHEMA, "{\"n\":3.5}").passed()).isFalse();
    assertThat(Scorers.score(SCHEMA, "```json\n{\"n\":-1}\n```").reason()).contains("/n");
    assertThat(Scorers.score(SCHEMA, "no").reason()).isEqualTo("the answer is no JSON: no");
  }

  @Test
  void aPatternInASchemaIsBoundedToo() {
    assertThatThrownBy(() -> Scorers.score(SCHEMA, "{\"n\":1,\"s\":\"" + "a".repeat(60) + "b\"}"))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("backtracks too much");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: json-schema, schema: {type: strnig}}          | is no valid JSON Schema",
        "{type: json-schema, schema: {pattern: '('}}          | JSON Schema",
        "{type: json-schema, schema: {$ref: 'http://127.0.0.1:9/x.json'}} | JSON Schema",
        "{type: json-schema, schema: {$ref: '#/$defs/none'}}  | JSON Schema",
        "{type: json-schema, schema: 3}                       | must be a JSON Schema",
        "{type: json-schema}                                  | either 'schema' or 'file'",
        "{type: json, path: '$.['}                            | is no JSONPath",
        "{type: json, equals: 1}                              | needs a 'path'",
        "{type: json, subset: 1, path: $.a}                   | excludes",
      })
  void badSchemasAndPathsAreRefusedAtOnce(String scorer, String message) {
    assertThatThrownBy(() -> Scorers.of(scorer))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepNestingIsNoJson() {
    assertThat(Scorers.score("{type: json, subset: []}", "[".repeat(100_000)).passed()).isFalse();
  }
}
