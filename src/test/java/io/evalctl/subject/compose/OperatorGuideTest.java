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

    assertThat(guide.text()).startsWith("# shop").contains("| a | evalctl-x-a | http 127.0.0.1:");
    assertThat(guide.environment())
        .containsEntry("EVALCTL_RUN_COLOUR", "blue")
        .containsEntry("EVALCTL_RUN_SUBJECT_JSON", "/home/of/x/subject.json");
    assertThat(guide.json().at("/nodes/1/healthUrl").asText()).endsWith("/ok/b");
  }
}
