package io.evalctl.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evalctl.eval.dataset.source.DocumentReader;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schema and the reader say the same of a dataset's structure. */
class DatasetSchemaTest {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema SCHEMA = REGISTRY.getSchema(DatasetReader.schema());
  private static final String CASE = "{name: a, input: q, expected: 1}";

  @Test
  void theSchemaIsOne() throws IOException {
    assertThat(
            REGISTRY
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                .validate(Json.read(DatasetReader.schema())))
        .isEmpty();
  }

  static List<String> accepted() {
    List<String> datasets = new ArrayList<>();
    for (String part :
        List.of(
            "$schema: x",
            "name: n",
            "description: d",
            "database: {}",
            "database: {extensions: [a]}",
            "database: {extensions: []}",
            "database: {migrations: {command: [x], timeout: 90s}}",
            "database: {migrations: {command: [x]}}",
            "database: {placeholders: false}",
            "database: {placeholders: {tenant: acme, size: 3, on: true}}",
            "task: chat",
            "limits: {}",
            "limits: {time: 5m, tokens: 1, cost: 0, messages: 1, executeTimeout: 0.5s}",
            "limits: {tokens: 10.0}",
            "system: s",
            "models: ['openai:gpt-4o']",
            "scorers: [{type: finished}]")) {
      datasets.add(part + "\ncases: [" + CASE + "]");
    }
    for (String input : List.of("q", "{question: q}", "{prompt: q}", "{turns: [a, b]}")) {
      datasets.add("cases: [{name: a, input: " + input + ", expected: 1}]");
    }
    datasets.add("task: rlm\ncases: [{name: a, input: {question: q, documents: []}, expected: 1}]");
    datasets.add("task: exec\nexec: [x]\ncases: [{name: a, expected: 1}]");
    datasets.add("task: exec\nexec: [x]\ncases: [{name: a, input: {a: [1]}, expected: 1}]");
    datasets.add("database: {}\ncases: [{name: a, input: q, database: false, expected: 1}]");
    datasets.add("cases: [{name: a, input: q, tags: [], expected: [1]}]");
    datasets.add("cases: [{name: a, input: q, expected: null, scorers: [{type: finished}]}]");
    goodScorers().forEach(scorer -> datasets.add(withScorer(scorer)));
    return datasets;
  }

  private static Stream<String> goodScorers() {
    return Stream.of(
        "{type: exact}",
        "{type: exact, value: null, name: n}",
        "{type: includes}",
        "{type: includes, value: a}",
        "{type: includes, value: 1}",
        "{type: includes, value: [a, 2], ignoreCase: true}",
        "{type: includes, any: [a]}",
        "{type: includes, all: [a]}",
        "{type: regex, pattern: a, ignoreCase: false, whole: true}",
        "{type: numeric, value: 1.5, tolerance: 0, relative: 0.1, take: first}",
        "{type: choice, choices: [a, b], value: a}",
        "{type: json, subset: {a: 1}}",
        "{type: json}",
        "{type: json, path: $.a, equals: null}",
        "{type: json, path: $.a}",
        "{type: json-schema, schema: {type: object}}",
        "{type: json-schema, schema: true}",
        "{type: sql, query: q, equals: 1, ordered: true, timeout: 1s}",
        "{type: sql, query: q, equals: [[1, 2]]}",
        "{type: sql, query: q}",
        "{type: sql, query: q, rows: 0}",
        "{type: sql, query: q, sameAs: r}",
        "{type: exec, command: [a, b], timeout: 5s, threshold: 0.7}",
        "{type: judge, model: 'openai:m', rubric: r, threshold: 1}",
        "{type: finished}",
        "{type: all, of: [{type: finished}]}",
        "{type: any, of: [{type: exact}, {type: not, of: {type: finished}}]}",
        "{type: not, of: {type: finished}}");
  }

  static List<String> refused() {
    List<String> datasets = new ArrayList<>();
    for (String part :
        List.of(
            "nmae: n",
            "name: 3",
            "name: ' '",
            "description: null",
            "database: x",
            "database: {migration: x}",
            "database: {migrations: {}}",
            "database: {placeholders: true}",
            "database: {placeholders: [a]}",
            "database: {placeholders: {a: [b]}}",
            "database: {migrations: {command: [x], inputs: []}}",
            "database: {migrations: {command: []}}",
            "database: {migrations: {command: [x], timeout: 3}}",
            "database: {seed: 3}",
            "database: {extensions: a}",
            "task: chatt",
            "task: exec",
            "exec: [x]",
            "limits: {time: 5}",
            "limits: {time: 0s}",
            "limits: {time: 5 min}",
            "limits: {tokens: 0}",
            "limits: {tokens: 1.5}",
            "limits: {cost: -1}",
            "limits: {cost: '1'}",
            "limits: {turns: 1}",
            "system: ''",
            "models: []",
            "models: a",
            "models: [1]",
            "scorers: []",
            "scorers: {type: finished}")) {
      datasets.add(part + "\ncases: [" + CASE + "]");
    }
    datasets.add("name: a");
    datasets.add("cases: []");
    datasets.add("cases: {}");
    datasets.add("cases: [a]");
    for (String fields :
        List.of(
            "input: q, expected: 1",
            "name: a, expected: 1",
            "name: 1, input: q, expected: 1",
            "name: a, input: q, expected: 1, expect: 2",
            "name: a, input: '', expected: 1",
            "name: a, input: 3, expected: 1",
            "name: a, input: [q], expected: 1",
            "name: a, input: {}, expected: 1",
            "name: a, input: {question: q, prompt: q}, expected: 1",
            "name: a, input: {turns: []}, expected: 1",
            "name: a, input: {turns: [1]}, expected: 1",
            "name: a, input: {question: q, documents: [d]}, expected: 1",
            "name: a, input: {question: q, extra: 1}, expected: 1",
            "name: a, input: q, expected: 1, tags: x",
            "name: a, input: q, expected: 1, fixture: 3",
            "name: a, input: q, expected: 1, database: maybe",
            "name: a, input: q, expected: 1, scorers: []")) {
      datasets.add("cases: [{" + fields + "}]");
    }
    badScorers().forEach(scorer -> datasets.add(withScorer(scorer)));
    return datasets;
  }

  private static Stream<String> badScorers() {
    return Stream.of(
        "{}",
        "finished",
        "{type: finish}",
        "{type: 3}",
        "{type: finished, value: 1}",
        "{type: exact, name: 3}",
        "{type: includes, value: ''}",
        "{type: includes, value: true}",
        "{type: includes, value: []}",
        "{type: includes, any: a}",
        "{type: includes, any: [a], all: [b]}",
        "{type: includes, value: a, all: [b]}",
        "{type: regex}",
        "{type: regex, pattern: 3}",
        "{type: regex, pattern: a, whole: 1}",
        "{type: numeric, value: '3'}",
        "{type: numeric, tolerance: -1}",
        "{type: numeric, take: any}",
        "{type: choice}",
        "{type: choice, choices: [a]}",
        "{type: choice, choices: [a, a]}",
        "{type: choice, choices: [1, 2]}",
        "{type: json, equals: 1}",
        "{type: json, subset: 1, path: $.a}",
        "{type: json, path: 3}",
        "{type: json-schema}",
        "{type: json-schema, schema: 3}",
        "{type: json-schema, schema: {}, file: x}",
        "{type: sql, equals: 1}",
        "{type: sql, query: q, equals: 1, rows: 1}",
        "{type: sql, query: q, rows: -1}",
        "{type: sql, query: q, rows: 1, ordered: true}",
        "{type: sql, query: q, sameAs: 3}",
        "{type: sql, query: q, equals: 1, timeout: 3}",
        "{type: exec}",
        "{type: exec, command: x}",
        "{type: exec, command: [x], threshold: 0}",
        "{type: exec, command: [x], threshold: 1.1}",
        "{type: judge, rubric: r}",
        "{type: judge, model: m}",
        "{type: all}",
        "{type: all, of: []}",
        "{type: all, of: {type: finished}}",
        "{type: any, of: [{type: finish}]}",
        "{type: not, of: [{type: finished}]}",
        "{type: not}");
  }

  private static String withScorer(String scorer) {
    String expected = scorer.contains("type: choice") ? "a" : "1";
    return "database: {}\ncases: [{name: a, input: q, expected: %s, scorers: [%s]}]"
        .formatted(expected, scorer);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void bothAccept(String dataset) {
    assertThat(SCHEMA.validate(tree(dataset))).isEmpty();
    assertThat(Datasets.yaml(dataset).cases()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void bothRefuse(String dataset) {
    assertThat(SCHEMA.validate(tree(dataset))).isNotEmpty();
    assertThat(Datasets.refusal(dataset).hint()).isNotNull();
  }

  @Test
  void everyScorerInTheSchemaIsTried() throws IOException {
    for (Map.Entry<String, JsonNode> definition :
        Json.read(DatasetReader.schema()).path("$defs").properties()) {
      if (definition.getKey().startsWith("scorer-")) {
        String type = definition.getKey().substring("scorer-".length());
        for (Map.Entry<String, JsonNode> field :
            definition.getValue().path("properties").properties()) {
          boolean file = field.getKey().equals("file");
          assertThat(
                  goodScorers()
                          .filter(
                              text ->
                                  text.contains("type: " + type + (text.contains(",") ? "," : "}")))
                          .anyMatch(text -> file || text.contains(field.getKey() + ":"))
                      || field.getKey().equals("name"))
              .as(type + "." + field.getKey())
              .isTrue();
        }
      }
    }
  }

  private static JsonNode tree(String yaml) {
    return DocumentReader.parse(Path.of("d.yaml"), yaml.getBytes(StandardCharsets.UTF_8)).root();
  }
}
