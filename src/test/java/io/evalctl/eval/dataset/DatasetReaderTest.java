package io.evalctl.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.dataset.source.DocumentReader;
import io.evalctl.eval.scorer.Scorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetReaderTest {
  private static final String WHOLE =
      """
      name: colony-budget
      description: What the colony has left.
      database: {extensions: [pgcrypto]}
      task: rlm
      limits: {time: 5m, tokens: 200000, cost: 0.5, messages: 40, executeTimeout: 30s}
      system: Be brief.
      models: ["openai:gpt-4o", "mock:replies.json"]
      scorers: [{type: finished}]
      cases:
        - name: energy_drop
          tags: [budget]
          input: {question: "What dropped?"}
          expected: energy
          scorers:
            - {type: includes, value: energy}
            - {type: sql, query: "select count(*) from budget", equals: 3}
            - {type: sql, query: "select 1", rows: 1, name: one row}
            - {type: judge, model: "openai:gpt-4o", rubric: "Is it brief?"}
        - name: no_database
          database: false
          input: Just answer.
          expected: 42
          scorers: [{type: exact}]
      """;

  @Test
  void readsAllOfIt() {
    Dataset dataset = Datasets.yaml(WHOLE);

    assertThat(dataset.name()).isEqualTo("colony-budget");
    assertThat(dataset.task()).isEqualTo(TaskKind.RLM);
    assertThat(dataset.limits())
        .isEqualTo(
            new CaseLimits(Duration.ofMinutes(5), 200_000L, 0.5, 40, Duration.ofSeconds(30)));
    assertThat(dataset.system()).isEqualTo("Be brief.");
    assertThat(dataset.models()).containsExactly("openai:gpt-4o", "mock:replies.json");
    assertThat(dataset.database().extensions()).containsExactly("pgcrypto");
    assertThat(dataset.judges()).containsExactly("openai:gpt-4o");
    EvalCase first = dataset.cases().get(0);
    assertThat(first.tags()).containsExactly("budget");
    assertThat(first.prompt()).isEqualTo("What dropped?");
    assertThat(first.turns()).containsExactly("What dropped?");
    assertThat(first.usesDatabase()).isTrue();
    assertThat(first.line()).isEqualTo(10);
    assertThat(first.scorers().stream().map(Scorer::label))
        .containsExactly("finished", "includes", "sql", "one row", "judge");
    EvalCase second = dataset.cases().get(1);
    assertThat(second.usesDatabase()).isFalse();
    assertThat(second.expected()).isEqualTo(IntNode.valueOf(42));
    assertThat(second.input().textValue()).isEqualTo("Just answer.");
  }

  @Test
  void withoutNamedFilesTheHashIsTheFilesOwn() {
    assertThat(Datasets.yaml("cases: [{name: a, input: b, expected: c}]").sha256())
        .isEqualTo("b1d60651fd8af5be71c5cef6ab8d8a15440eecc7c17ff1bac5b2a1756ed9a23c");
  }

  @Test
  void readsACaseALine() {
    Dataset dataset =
        Datasets.lines(
            "\uFEFF{\"name\":\"a\",\"input\":\"one\",\"expected\":1}\r\n\n"
                + "{\"name\":\"b\",\"input\":{\"turns\":[\"x\",\"y\"]},\"expected\":\"two\"}");

    assertThat(dataset.name()).isEqualTo("d");
    assertThat(dataset.task()).isEqualTo(TaskKind.CHAT);
    assertThat(dataset.cases()).hasSize(2);
    assertThat(dataset.cases().get(1).turns()).containsExactly("x", "y");
    assertThat(dataset.cases().get(1).line()).isEqualTo(3);
    assertThat(dataset.cases().get(0).scorers())
        .singleElement()
        .extracting(Scorer::label)
        .isEqualTo("exact");
  }

  @Test
  void aProgramsInputIsAnything() {
    Dataset dataset =
        Datasets.json(
            """
            {"task":"exec","exec":["sh","a.sh"],"scorers":[{"type":"finished"}],
             "cases":[{"name":"a","input":[1,{"documents":3}]},{"name":"b"}]}
            """);

    assertThat(dataset.exec()).containsExactly("sh", "a.sh");
    assertThat(dataset.cases().get(0).input().toString()).isEqualTo("[1,{\"documents\":3}]");
    assertThat(dataset.cases().get(0).prompt()).isNull();
    assertThat(dataset.cases().get(1).input().isNull()).isTrue();
    assertThat(dataset.models()).as("a program needs no model").containsExactly("none");
    assertThat(Datasets.yaml("cases: [{name: a, input: b, expected: c}]").models()).isEmpty();
  }

  @Test
  void aliasesRepeatWhatTheyStandFor() {
    Dataset dataset =
        Datasets.yaml(
            """
            cases:
              - {name: a, input: q, scorers: &same [{type: exact, value: "*"}]}
              - {name: b, input: "*", scorers: *same}
            """);

    assertThat(dataset.cases().get(1).scorers()).hasSize(1);
    assertThat(dataset.cases().get(1).input().textValue()).isEqualTo("*");
  }

  @Test
  void yesAndNoAreTextsAndNumbersKeepTheirDigits() {
    Dataset dataset =
        Datasets.yaml(
            """
            cases:
              - {name: a, input: q, expected: no}
              - {name: b, input: q, expected: 0.1000000000000000055511151231257827}
              - {name: c, input: q, expected: 12345678901234567890}
              - {name: d, input: q, expected: true}
              - {name: "e", input: q, expected: "007"}
              - {name: f, input: q, expected: 2026-11-20}
            """);

    assertThat(dataset.cases().stream().map(each -> each.expected().toString()))
        .containsExactly(
            "\"no\"",
            "0.1000000000000000055511151231257827",
            "12345678901234567890",
            "true",
            "\"007\"",
            "\"2026-11-20\"");
  }

  @Test
  void everyErrorIsToldWithItsLineAndPath() {
    EvalctlException e =
        Datasets.refusal(
            """
            name: x
            descripton: y
            task: chatt
            limits: {time: 5, tokens: -1, cost: cheap}
            cases:
              - name: a
                input: {question: q, documents: [d.txt]}
                scorers:
                  - {type: include, value: 1}
                  - {type: numeric, value: "3", tolerence: 1}
              - name: a
                input: ""
            """);

    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATASET);
    assertThat(e.getMessage().lines().toList())
        .containsExactly(
            "dataset d.yaml has 12 errors:",
            "  line 2, descripton: unknown field; did you mean 'description'?",
            "  line 3, task: there is no task 'chatt'; did you mean 'chat'?",
            "  line 4, limits.cost: must be a number from 0 up, is the text 'cheap'",
            "  line 4, limits.time: must be a text, is the number 5; put it in quotes",
            "  line 4, limits.tokens: must be a whole number from 1 to 9223372036854775807,"
                + " is the number -1",
            "  line 7, cases[0].input.documents: is read by task rlm alone; set 'task: rlm'",
            "  line 9, cases[0].scorers[0].type: unknown scorer 'include';"
                + " did you mean 'includes'?",
            "  line 10, cases[0].scorers[1].value: must be a number",
            "  line 10, cases[0].scorers[1].tolerence: unknown field; did you mean 'tolerance'?",
            "  line 11, cases[1].name: another case, on line 6, is called 'a' already",
            "  and 2 more");
  }

  @Test
  void oneErrorHasItsHint() {
    EvalctlException e = Datasets.refusal("cases: [{name: a, inptu: b, expected: c, input: d}]");

    assertThat(e).hasMessage("dataset d.yaml, line 1, cases[0].inptu: unknown field");
    assertThat(e.hint()).isEqualTo("did you mean 'input'?");
  }

  @Test
  void whatAScorerCannotDoIsToldBeforeAnythingRuns() {
    EvalctlException e =
        Datasets.refusal(
            """
            scorers: [{type: numeric}]
            cases:
              - {name: a, input: q, expected: many}
              - name: b
                input: q
                expected: 3
                scorers:
                  - {type: not, of: {type: sql, query: select 1, rows: 1}}
            """);

    assertThat(e.getMessage().lines().skip(1))
        .containsExactly(
            "  line 3, cases[0]: scorer numeric compares numbers, and the case's 'expected' is"
                + " none",
            "  line 8, cases[1].scorers[0]: scorer not looks into a database, which the case has"
                + " not; give the dataset one");
  }

  @Test
  void aDatabaseGivenElsewhereCounts() {
    String text = "cases: [{name: a, input: q, scorers: [{type: sql, query: q, rows: 1}]}]";
    var file = Path.of("d.yaml");
    var document = DocumentReader.parse(file, text.getBytes(StandardCharsets.UTF_8));

    assertThat(DatasetReader.read(document, file, false, true).cases().get(0).usesDatabase())
        .isTrue();
  }

  @Test
  void limitsOverLimits() {
    CaseLimits flags = new CaseLimits(Duration.ofSeconds(1), null, null, 3, null);
    CaseLimits written = new CaseLimits(Duration.ofSeconds(2), 5L, 0.0, 4, Duration.ofSeconds(6));

    assertThat(flags.over(written))
        .isEqualTo(new CaseLimits(Duration.ofSeconds(1), 5L, 0.0, 3, Duration.ofSeconds(6)));
    assertThat(CaseLimits.NONE.over(written)).isEqualTo(written);
  }

  @Test
  void labelsAreUniqueInACase() {
    Dataset dataset =
        Datasets.yaml(
            """
            scorers: [{type: finished}, {type: includes, value: a}]
            cases:
              - {name: a, input: q, scorers: [{type: includes, value: b}, {type: finished}]}
              - {name: b, input: q, scorers: [{type: includes, value: b}]}
            """);

    assertThat(dataset.cases().get(0).scorers().stream().map(Scorer::label))
        .containsExactly("finished", "includes", "includes#2", "finished#2");
    assertThat(dataset.cases().get(1).scorers().stream().map(Scorer::label))
        .isEqualTo(List.of("finished", "includes", "includes#2"));
  }
}
