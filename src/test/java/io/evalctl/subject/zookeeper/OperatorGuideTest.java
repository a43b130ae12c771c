package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorGuideTest {
  private final EnsembleHome home = EnsembleHome.of(Path.of("/srv/zoo keeper"), 3);
  private final OperatorGuide guide =
      new OperatorGuide(home, Map.of("zk1", 4001, "zk2", 4002, "zk3", 4003));

  @Test
  void describesEveryNodeForPrograms() {
    JsonNode json = guide.json();

    assertThat(json.path("schemaVersion").asInt()).isEqualTo(1);
    assertThat(json.path("subject").asText()).isEqualTo("zookeeper");
    assertThat(json.path("home").asText()).isEqualTo("/srv/zoo keeper");
    assertThat(json.path("nodes")).hasSize(3);
    assertThat(json.path("nodes").get(1).toString())
        .isEqualTo(
            """
            {"name":"zk2","id":2,"clientAddress":"127.0.0.1:4002",\
            "config":"/srv/zoo keeper/nodes/zk2/zoo.cfg","dataDir":"/srv/zoo keeper/nodes/zk2/data",\
            "logFile":"/srv/zoo keeper/nodes/zk2/log/server.log","pidFile":"/srv/zoo keeper/nodes/zk2/pid"}\
            """);
  }

  @Test
  void givesCommandsThatAShellUnderstands() {
    assertThat(guide.json().path("commands").toString())
        .isEqualTo(
            """
            {"start":"'/srv/zoo keeper/bin/node' start {node}",\
            "stop":"'/srv/zoo keeper/bin/node' stop {node}",\
            "restart":"'/srv/zoo keeper/bin/node' restart {node}",\
            "status":"'/srv/zoo keeper/bin/node' status {node}",\
            "log":"'/srv/zoo keeper/bin/node' log {node}"}\
            """);
  }

  @Test
  void tellsPeopleWhereEverythingIs() {
    assertThat(guide.text())
        .contains("| zk3 | 127.0.0.1:4003 | /srv/zoo keeper/nodes/zk3 |")
        .contains("'/srv/zoo keeper/bin/node' restart zk2")
        .contains("/srv/zoo keeper/subject.json")
        .doesNotContain("@");
  }

  @Test
  void saysNothingAboutFaults() {
    String everything =
        (guide.text() + guide.json() + guide.environment()).toLowerCase(Locale.ROOT);

    assertThat(everything)
        .doesNotContain("chaos", "fault", "inject", "partition", "corrupt", "journal", "trial")
        .doesNotContain(
            Arrays.stream(ChaosType.values())
                .filter(type -> type != ChaosType.NONE)
                .map(ChaosType::label)
                .toArray(String[]::new));
  }

  @Test
  void givesItsFilesInTheEnvironment() {
    assertThat(guide.environment())
        .containsExactly(
            Map.entry("EVALCTL_RUN_SUBJECT_HOME", "/srv/zoo keeper"),
            Map.entry("EVALCTL_RUN_SUBJECT_JSON", "/srv/zoo keeper/subject.json"),
            Map.entry("EVALCTL_RUN_AGENT_CONTEXT", "/srv/zoo keeper/context.md"));
  }
}
