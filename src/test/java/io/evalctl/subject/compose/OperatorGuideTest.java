package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorGuideTest {

  private static OperatorGuide guide(SubjectDefinition subject) {
    Map<String, Map<String, Integer>> ports = new LinkedHashMap<>();
    int[] next = {20_001};
    subject
        .nodes()
        .forEach(
            node -> {
              Map<String, Integer> own = new LinkedHashMap<>();
              node.ports().keySet().forEach(name -> own.put(name, next[0]++));
              ports.put(node.name(), own);
            });
    return new OperatorGuide(
        subject,
        "evalctl-x",
        Path.of("/home/of/x"),
        ComposeProject.containerNames(subject, "evalctl-x"),
        ports);
  }

  @ParameterizedTest
  @ValueSource(strings = {"etcd", "tikv"})
  void tellsEverythingOfTheSystemAndNothingOfTheEvaluation(String name) {
    SubjectDefinition subject = ShippedSubjects.shipped(name);
    String text = guide(subject).text();

    subject
        .nodeNames()
        .forEach(node -> assertThat(text).contains("| " + node + " | evalctl-x-" + node + " |"));
    assertThat(text).contains("docker restart evalctl-x-").contains("/home/of/x/subject.json");
    assertThat(text).doesNotContain("{{").doesNotContainIgnoringCase("chaos");
    for (ChaosType type : ChaosType.values()) {
      if (type != ChaosType.NONE) {
        assertThat(text + guide(subject).json()).doesNotContain(type.label());
      }
    }
  }

  @Test
  void programsGetContainersAddressesAndCommands() {
    JsonNode json = guide(ShippedSubjects.shipped("tikv")).json();

    assertThat(json.at("/nodes/0/container").asText()).isEqualTo("evalctl-x-pd1");
    assertThat(json.at("/nodes/0/addresses/client").asText()).isEqualTo("127.0.0.1:20001");
    assertThat(json.at("/nodes/0/healthUrl").asText())
        .isEqualTo("http://127.0.0.1:20001/pd/api/v1/health");
    assertThat(json.at("/nodes/5/healthUrl").asText()).isEqualTo("http://127.0.0.1:20006/status");
    assertThat(json.at("/commands/start").asText()).isEqualTo("docker start evalctl-x-{node}");
    assertThat(json.path("commands").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("start", "stop", "restart", "status", "log");
  }

  @Test
  void aSubjectWithoutATextGetsTheUsualOne() {
    SubjectDefinition shop =
        SubjectFile.parse(
            "subject file x.yaml", SubjectFileTest.SMALL, it -> new ComposeSource.Shipped(""));
    OperatorGuide guide = guide(shop);

    assertThat(guide.text())
        .startsWith("# shop")
        .contains("| a | evalctl-x-a | http 127.0.0.1:")
        .doesNotContain("docker exec -it")
        .endsWith(
            """
            ## How its health is told

            A node serves when its container runs and each of its probes gets a good answer. The whole is
            healthy when every node serves.

            - a serves (probe nodes 1): `GET http://127.0.0.1:20001/ok/a` answers with a status of 200 to 299. Asked every 1s; an answer must come within 1s; 3 bad ones in a row make it fail.
            - b serves (probe nodes 1): `GET http://127.0.0.1:20002/ok/b` answers with a status of 200 to 299. Asked every 1s; an answer must come within 1s; 3 bad ones in a row make it fail.
            - b serves (probe nodes 2): `connection to 127.0.0.1:20003` stays open. Asked every 200ms; an answer must come within 1s.
            """);
    assertThat(guide.environment())
        .containsEntry("EVALCTL_RUN_COLOUR", "blue")
        .containsEntry("EVALCTL_RUN_SUBJECT_JSON", "/home/of/x/subject.json");
    assertThat(guide.json().at("/nodes/1/healthUrl").asText()).endsWith("/ok/b");
  }

  /** What decides about the verdict is no secret: every operator can ask the same. */
  @Test
  void theProbesAreToldInFull() {
    SubjectDefinition store =
        SubjectFile.parse(
            "subject file x.yaml",
            """
            name: store
            summary: two stores, of which one takes writes
            compose: compose.yaml
            nodes:
              - {name: a, ports: {client: 6379}}
              - {name: b, ports: {client: 6379}}
            health:
              nodes:
                - name: ping
                  tcp: {port: client, send: "PING\\r\\n", until: "\\n"}
                  expect: [{equals: +PONG}]
              cluster:
                - {name: quorum, ask: [b, a], exec: [check, "it's {{node}}"], status: 2}
            leader:
              http: {port: client, path: /leader, body: "{}"}
              expect: [{path: $.name, equals: "{{node}}"}]
            canary: {write: {exec: ["true"]}, read: {exec: ["true"]}}
            operator: {context: "Two stores.\\n\\n{{health}}\\n"}
            """,
            it -> new ComposeSource.Shipped(""));
    OperatorGuide guide = guide(store);
    JsonNode json = guide.json();

    assertThat(json.path("summary").asText()).isEqualTo("two stores, of which one takes writes");
    JsonNode ping = json.at("/nodes/1/probes/0");
    assertThat(ping.path("name").asText()).isEqualTo("ping");
    assertThat(ping.path("intervalMs").asInt()).isEqualTo(200);
    assertThat(ping.path("expect").toString()).isEqualTo("[{\"equals\":\"+PONG\"}]");
    assertThat(ping.path("asks").toString())
        .isEqualTo(
            "[{\"node\":\"b\",\"tcp\":{\"address\":\"127.0.0.1:20002\",\"send\":\"PING\\r\\n\","
                + "\"until\":\"\\n\",\"reads\":true}}]");
    assertThat(ping.path("means").asText())
        .isEqualTo(
            "`connection to 127.0.0.1:20002, sent \"PING\\r\\n\"` gets a reply,"
                + " and the text of the answer equals `+PONG`");
    assertThat(json.at("/nodes/0/leads/expect").toString())
        .isEqualTo("[{\"path\":\"$.name\",\"equals\":\"a\"}]");
    assertThat(json.at("/nodes/0/leads/asks/0/http").toString())
        .isEqualTo(
            "{\"method\":\"POST\",\"url\":\"http://127.0.0.1:20001/leader\",\"headers\":{},"
                + "\"body\":\"{}\"}");
    JsonNode quorum = json.at("/clusterProbes/0");
    assertThat(quorum.path("status").asInt()).isEqualTo(2);
    assertThat(quorum.path("asks").toString())
        .isEqualTo(
            "[{\"node\":\"b\",\"exec\":{\"command\":\"docker exec evalctl-x-b check 'it'\\\\''s"
                + " '\"}},{\"node\":\"a\",\"exec\":{\"command\":\"docker exec evalctl-x-a check"
                + " 'it'\\\\''s '\"}}]");

    assertThat(guide.text())
        .startsWith("Two stores.\n\n## How its health is told\n")
        .contains("every node serves, each probe of the whole is good and exactly one node leads.")
        .contains(
            "- the whole (probe quorum): `docker exec evalctl-x-b check 'it'\\''s '` or `docker")
        .contains("- a leads (probe leader): `POST http://127.0.0.1:20001/leader {}` answers")
        .endsWith("\n## What it is\n\ntwo stores, of which one takes writes\n");
  }
}
