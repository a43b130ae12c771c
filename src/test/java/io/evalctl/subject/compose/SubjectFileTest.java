package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectFileTest {
  static final String SMALL =
      """
      name: shop
      compose: compose.yaml
      nodes:
        - {name: a, service: web, ports: {http: 80}}
        - {name: b, ports: {http: 80, admin: 81}, config: [/etc/b.conf]}
      health:
        nodes:
          - http: {port: http, path: "/ok/{{node}}"}
            interval: 1s
            failures: 3
          - nodes: [b]
            tcp: {port: admin}
      canary:
        write: {exec: [sh, -c, "echo {{value}} > /tmp/{{url key}}"]}
        read: {exec: [sh, -c, "cat /tmp/{{url key}}"]}
      operator:
        environment: {EVALCTL_RUN_COLOUR: blue}
      """;

  @Test
  void readsAFile() {
    SubjectDefinition subject = read(SMALL);

    assertThat(subject.nodeNames()).containsExactly("a", "b");
    assertThat(subject.node("a").service()).isEqualTo("web");
    assertThat(subject.node("b").service()).isEqualTo("b");
    assertThat(subject.probes()).hasSize(2);
    assertThat(subject.probes().get(0).nodes()).containsExactly("a", "b");
    assertThat(subject.probes().get(0).interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(subject.probes().get(0).failures()).isEqualTo(3);
    assertThat(subject.probes().get(1).successes()).isEqualTo(1);
    assertThat(subject.canary().period()).isEqualTo(Duration.ofMillis(500));
    assertThat(subject.leader()).isNull();
    assertThat(subject.environment()).containsEntry("EVALCTL_RUN_COLOUR", "blue");
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd", "redis", "tikv"})
  void theShippedOnesAreRead(String name) {
    SubjectDefinition subject = ShippedSubjects.shipped(name);

    assertThat(subject.name()).isEqualTo(name);
    assertThat(subject.nodes()).hasSize(name.equals("tikv") ? 6 : 3);
    assertThat(subject.leader().nodes()).hasSize(3);
    assertThat(subject.canary().period()).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void thePublishedSchemaAcceptsThemAndRefusesWhatTheReaderRefuses() throws IOException {
    assertThat(schemaErrors(SMALL)).isEmpty();
    for (String name : ShippedSubjects.names()) {
      try (var in = ShippedSubjects.class.getResourceAsStream(name + ".subject.yaml")) {
        assertThat(schemaErrors(new String(in.readAllBytes(), StandardCharsets.UTF_8)))
            .as(name)
            .isEmpty();
      }
    }
    assertThat(schemaErrors(SMALL.replace("interval:", "intervall:"))).isNotEmpty();
    assertThat(schemaErrors(SMALL.replace("port: http,", ""))).isNotEmpty();
    assertThat(schemaErrors(SMALL.replace("name: a", "name: leader"))).isNotEmpty();
    String text = "tcp: {port: admin, send: PING}\n      expect: [{%s: PONG}]";
    assertThat(schemaErrors(SMALL.replace("tcp: {port: admin}", text.formatted("contains"))))
        .isEmpty();
    assertThat(schemaErrors(SMALL.replace("tcp: {port: admin}", text.formatted("same-as"))))
        .isNotEmpty();
    assertThat(schemaErrors(SMALL.replace("write: {", "write: {at: boss, "))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "interval: 1s      | intervall: 1s       | line 9, health.nodes[1].intervall: is not known"
            + " here | did you mean 'interval'?",
        "interval: 1s      | interval: fast      | line 9, health.nodes[1].interval: cannot be"
            + " 'fast' | write a number",
        "interval: 1s      | interval: 1ms       | line 9, health.nodes[1].interval: cannot be"
            + " '1ms' | it is from 20ms to 1m",
        "failures: 3       | failures: 0         | line 10, health.nodes[1].failures: cannot be '0'"
            + " | whole number from 1 to 100",
        "port: admin       | port: amdin         | line 12, health.nodes[2].tcp.port: node b has no"
            + " port 'amdin' | its ports: http, admin",
        "nodes: [b]        | nodes: [c]          | line 11, health.nodes[2].nodes: there is no node"
            + " 'c' | did you mean",
        "tcp: {port: admin} | tcp: {port: admin, until: \"(\"} | line 12,"
            + " health.nodes[2].tcp.until: Unclosed group | regular expression",
        "tcp: {port: admin} | tcp: {port: admin, send: \"{{nod}}\"} | line 12,"
            + " health.nodes[2].tcp.send: '{{nod}}': nothing is called 'nod' here | schema",
        "nodes: [b]        | ^nodes: [b]\n      status: 3^ | line 12, health.nodes[2].status: a tcp"
            + " connection has none | expect",
        "interval: 1s      | expect: [{count-min: 1}] | line 9, health.nodes[1].expect[1]: path is"
            + " missing | schema",
        "write: {exec      | write: {at: leader, exec | line 14, canary.write.at: nothing tells"
            + " which node leads | give the subject a leader",
        "read: {exec       | read: {at: boss, exec | line 15, canary.read.at: cannot be 'boss' |"
            + " leader",
        "read: {exec       | read: {pattern: abc, exec | line 15, canary.read.pattern: has no group"
            + " | parentheses",
        "read: {exec       | read: {pattern: (a), value: $.a, exec | line 15, canary.read.pattern:"
            + " beside value | one of them",
        "health:           | ^companions: [{service: web}]\n"
            + "health:^ | line 6, companions[1].service: 'web' is there already | no node",
        "health:           | ^companions: [{service: c, with: x}]\nhealth:^ | line 6,"
            + " companions[1].with: there is no node 'x' | did you mean",
        "tcp: {port: admin} | status: 3          | line 11, health.nodes[2]: says not what to ask |"
            + " give one of",
        "{{node}}          | {{nod}}             | line 8, health.nodes[1].http.path:"
            + " '/ok/{{nod}}': nothing is called 'nod' here | schema subject",
        "{{value}}         | {{valeu}}           | line 14, canary.write.exec: | schema subject",
        "name: b,          | name: a,            | line 5, nodes[2].name: there are two nodes 'a' |"
            + " name each once",
        "name: a,          | name: leader,       | line 4, nodes[1].name: 'leader' is no node's"
            + " name | stands for",
        "http: 80, admin   | http: 80000, admin  | line 5, nodes[2].ports.http: cannot be '80000' |"
            + " 65535",
        "compose: compose.yaml | compsoe: x      | line 2, compsoe: is not known here | did you"
            + " mean 'compose'?",
        "EVALCTL_RUN_COLOUR | COLOUR             | line 17, operator.environment.COLOUR: does not"
            + " begin | redirects",
        "name: shop        | name: The Shop      | line 1, name: cannot be 'The Shop' | lower-case",
        "interval: 1s      | expect: [{path: \"$.[\", equals: 1}] | line 9,"
            + " health.nodes[1].expect[1].path: '$.[' is no JSONPath | such as",
        "interval: 1s      | expect: [{path: $.a, equals: 1, min: 2}] | line 9,"
            + " health.nodes[1].expect[1]: needs exactly one comparison | equals",
        "failures: 3       | interval: 2s        | line 10 | ",
      })
  void saysWhereWhatIsWrong(String good, String bad, String message, String hint) {
    assertThat(SMALL).contains(good.strip());

    assertThatThrownBy(() -> read(SMALL.replace(good.strip(), bad.strip())))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            error -> {
              assertThat(error.code()).isEqualTo(ErrorCode.INVALID_INPUT);
              assertThat(error.getMessage()).startsWith("subject file x.yaml, ");
              assertThat(error.getMessage()).contains(message.strip());
              if (hint != null) {
                assertThat(error.hint()).contains(hint.strip());
              }
            });
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> read("name: a")).hasMessage("subject file x.yaml: nodes is missing");
    assertThatThrownBy(() -> read(SMALL.replace("port: http,", "")))
        .hasMessage("subject file x.yaml, line 8, health.nodes[1].http: port is missing");
    assertThatThrownBy(() -> read(SMALL.replace("  nodes:\n    - http", "  cluster:\n    - http")))
        .hasMessageContaining("no probe tells whether node a serves");
    assertThatThrownBy(() -> read("- 1")).hasMessageContaining("holds no keys and values");
  }

  private static SubjectDefinition read(String text) {
    return SubjectFile.parse(
        "subject file x.yaml", text, compose -> new ComposeSource.Shipped("services: {}"));
  }

  private static List<String> schemaErrors(String yaml) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(ShippedSubjects.schema())
        .validate(new YAMLMapper().readTree(yaml).toString(), InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
