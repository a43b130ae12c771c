package io.evalctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.testing.InProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is given in a place that counts more takes the place of the rest; nothing is added up. */
class OverridingIT {
  @TempDir Path directory;
  private InProcess evalctl;

  @BeforeEach
  void freshWorld() {
    evalctl = new InProcess(directory);
    evalctl.write(
        "plan.yaml",
        """
        chaos:
          - bandwidth
          - {type: latency, target: leader, timeout: 2m, params: {min_ms: 5, max_ms: 70}}
        param: {kbps: 99}
        arms: [agent, baseline]
        target: zk2
        keep-subject: true
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seed 1                    | bandwidth,latency | agent,baseline | zk2,leader | 30s,2m  | 99,5 | true
          --chaos latency --param a=1 | refused           |                |            |         |      |
          --chaos bandwidth           | bandwidth         | agent,baseline | zk2        | 30s     | 99   | true
          --chaos bandwidth --param kbps=8 | bandwidth    | agent,baseline | zk2        | 30s     | 8    | true
          --arms baseline             | bandwidth,latency | baseline       | zk2,leader | 30s,2m  | 99,5 | true
          --baseline                  | bandwidth,latency | baseline       | zk2,leader | 30s,2m  | 99,5 | true
          --target zk1                | bandwidth,latency | agent,baseline | zk1,zk1    | 30s,2m  | 99,5 | true
          --timeout 90s               | bandwidth,latency | agent,baseline | zk2,leader | 90s,90s | 99,5 | true
          --param min_ms=9            | bandwidth,latency | agent,baseline | zk2,leader | 30s,2m  | 16,9 | true
          --keep-subject=false        | bandwidth,latency | agent,baseline | zk2,leader | 30s,2m  | 99,5 | false
          """)
  void aFlagTakesThePlaceOfWhatTheFileSays(
      String flags,
      String types,
      String arms,
      String targets,
      String timeouts,
      String params,
      String kept) {
    int exitCode = evalctl.run("campaign plan.yaml --dry-run --json " + flags);
    if (types.equals("refused")) {
      assertThat(exitCode).isEqualTo(2);
      return;
    }
    assertThat(exitCode).as(evalctl.out()).isZero();
    JsonNode plan = evalctl.json().path("plan");
    assertThat(texts(plan.path("chaos"), "/type")).isEqualTo(types);
    assertThat(texts(plan.path("arms"), "")).isEqualTo(arms);
    assertThat(texts(plan.path("chaos"), "/target")).isEqualTo(targets);
    assertThat(texts(plan.path("chaos"), "/timeout")).isEqualTo(timeouts);
    assertThat(texts(plan.path("chaos"), "/params/kbps", "/params/min_ms")).isEqualTo(params);
    assertThat(plan.path("keep-subject").asText()).isEqualTo(kept);
  }

  @Test
  void theFileTakesThePlaceOfTheEnvironmentAndThatOfTheConfiguration() {
    evalctl.write(
        "evalctl.yaml",
        "chaos: [node-stop, node-kill]\narms: [control]\nparam: {min_ms: 7}\nbaseline: true\n");
    evalctl.environment().put("EVALCTL_CHAOS", "latency,process-pause");
    assertThat(evalctl.run("campaign --arms agent --dry-run --json")).as(evalctl.out()).isZero();
    JsonNode plan = evalctl.json().path("plan");
    assertThat(texts(plan.path("chaos"), "/type")).isEqualTo("latency,process-pause");
    assertThat(texts(plan.path("chaos"), "/params/min_ms")).isEqualTo("7");
    assertThat(texts(plan.path("arms"), "")).isEqualTo("agent");

    assertThat(evalctl.run("campaign plan.yaml --dry-run --json")).as(evalctl.out()).isZero();
    plan = evalctl.json().path("plan");
    assertThat(texts(plan.path("chaos"), "/type")).isEqualTo("bandwidth,latency");
    assertThat(texts(plan.path("arms"), "")).isEqualTo("agent,baseline");
  }

  @Test
  void modelsAndCasesAreOverriddenToo() {
    evalctl.write("a.json", "{\"replies\":[]}");
    evalctl.write("b,c.json", "{\"replies\":[]}");
    evalctl.write(
        "d.yaml",
        "task: chat\n"
            + "models: ['mock:a.json']\n"
            + "cases: [{name: one, input: x, expected: x}, {name: two, input: x, expected: x}]\n");
    evalctl.write("evalctl.yaml", "eval:\n  model: ['mock:a.json', 'mock:b,c.json']\n");

    assertThat(models("eval d.yaml")).as("a list of the configuration").hasSize(2);
    assertThat(models("eval d.yaml --model mock:b,c.json")).containsExactly("mock:b,c.json");
    evalctl.environment().put("EVALCTL_MODEL", "mock:b,c.json");
    assertThat(models("eval d.yaml")).containsExactly("mock:b,c.json");
    evalctl.environment().put("EVALCTL_CASE", "one");
    assertThat(models("eval d.yaml --case two --model mock:a.json")).containsExactly("mock:a.json");
    assertThat(texts(evalctl.json().path("cases"), "/name")).isEqualTo("two");
  }

  private List<String> models(String line) {
    assertThat(evalctl.run(line + " --dry-run --json")).as(evalctl.out()).isZero();
    return List.of(texts(evalctl.json().path("models"), "").split(",mock|^mock")).stream()
        .filter(text -> !text.isEmpty())
        .map(text -> "mock" + text)
        .toList();
  }

  /** Of each item what stands at the first of these pointers that is there. */
  private static String texts(JsonNode list, String... pointers) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list) {
      for (String pointer : pointers) {
        if (!item.at(pointer).isMissingNode()) {
          texts.add(item.at(pointer).asText());
        }
      }
    }
    return String.join(",", texts);
  }
}
