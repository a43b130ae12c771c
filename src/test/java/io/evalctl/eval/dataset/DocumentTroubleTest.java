package io.evalctl.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.evalctl.error.EvalctlException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no datasets. */
class DocumentTroubleTest {
  private static final String CASE = "{\"name\":\"a\",\"input\":\"b\",\"expected\":\"c\"}";

  static List<Arguments> troubles() {
    return List.of(
        arguments("d.yaml", "", "line 1: is empty"),
        arguments("d.yaml", "# nothing\n", "line 1: is empty"),
        arguments("d.json", "", "line 1: is empty"),
        arguments("d.jsonl", "\n\n", "line 1: is empty"),
        arguments("d.yaml", "a: 1\na: 2\n", "line 2: 'a' stands here a second time"),
        arguments("d.json", "{\"a\":1,\n\"a\":2}", "line 2: 'a' stands here a second time"),
        arguments("d.yaml", "a: 1\n---\nb: 2\n", "line 3: a second document follows"),
        arguments("d.json", "{}\n{}", "line 2: a second document follows"),
        arguments("d.yaml", "a: 1\nb: [1,\nc: 2\n", "line 4: while parsing a flow sequence"),
        arguments("d.yaml", "a: 1\n\tb: 2\n", "line 2: while scanning for the next token"),
        arguments("d.json", "{\"a\":\n nope}", "line 2: Unrecognized token 'nope'"),
        arguments("d.yaml", "a: 1\nb: 010\n", "line 2, b: '010' is a number that not every"),
        arguments("d.yaml", "a: 0x1F", "'0x1F' is a number that not every"),
        arguments("d.yaml", "a: 1_000", "'1_000' is a number that not every"),
        arguments("d.yaml", "a: .inf", "'.inf' is a number that not every"),
        arguments("d.yaml", "a: 1e500", "'1e500' is too large or too small"),
        arguments("d.yaml", "a: 1e99999", "line 1, a: '1e99999' is too large or too small"),
        arguments(
            "d.jsonl",
            "{\"name\":\"a\"}\n{\"name\":\"b\",\"input\":{\"x\":[1,-1e1000000000000]}}",
            "line 2, cases[1].input.x[1]: '-1e1000000000000' is too large or too small"),
        arguments("d.yaml", "a: *none", "line 1: no list or object before it has the anchor"),
        arguments("d.yaml", "[1, 2]", "line 1: must hold keys and values, is a list"),
        arguments("d.yaml", "just text", "is the text 'just text'"),
        arguments("d.yaml", "<<: {a: 1}", "line 1, [\"<<\"]: unknown field"),
        arguments("d.jsonl", "[]", "line 1, cases[0]: must hold keys and values"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void areRefusedWithTheLine(String file, String text, String message) {
    assertThat(Datasets.refusal(file, text)).hasMessageContaining(message);
  }

  @Test
  void aLineOfABadFileIsThatOfTheFile() {
    assertThat(Datasets.refusal("d.jsonl", CASE + "\n\n{\"name\":}"))
        .hasMessageContaining("line 3");
  }

  @Test
  void otherEncodingsAreNamed() {
    byte[] latin = ("name: caf\u00e9\n").getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> Datasets.read("d.yaml", latin))
        .hasMessageContaining("line 1: is no UTF-8 at byte 9");
    assertThatThrownBy(() -> Datasets.read("d.yaml", "a: b".getBytes(StandardCharsets.UTF_16)))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("is no UTF-8");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    assertThat(Datasets.yaml("\uFEFFcases: [" + CASE + "]").cases()).hasSize(1);
    assertThat(Datasets.json("\uFEFF{\"cases\": [" + CASE + "]}").cases()).hasSize(1);
  }

  @Test
  void aliasesThatMultiplyWithoutMeasureAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(10)).append("]\n");
    }

    assertThat(Datasets.refusal(bomb.toString())).hasMessageContaining("aliases written out");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertThat(Datasets.refusal("d.json", "[".repeat(10_000))).hasMessageContaining("nest");
    assertThat(Datasets.refusal("d.yaml", "[".repeat(10_000))).hasMessageContaining("nest");
  }

  @Test
  void aLongTextIsFine() {
    String text = "word ".repeat(2_000_000);

    assertThat(Datasets.yaml("cases: [{name: a, expected: b, input: '" + text + "'}]").cases())
        .singleElement()
        .satisfies(each -> assertThat(each.prompt()).hasSize(text.length()));
  }
}
