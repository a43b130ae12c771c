package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evalctl.chaos.ChaosType;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignFileTest {
  private static final String WHOLE =
      """
      name: nightly
      subject: zookeeper
      nodes: 3
      chaos:
        - {type: node-kill}
        - {type: latency, params: {min_ms: 50, max_ms: 150}, timeout: 60s}
      trials: 10
      arms: [agent, baseline]
      agent: runbook
      timeout: 20s
      cooldown: 0s
      seed: 7
      max-nodes: 2
      """;

  @Test
  void readsAFile() {
    CampaignPlan plan = plan(WHOLE);

    assertThat(plan.trials()).isEqualTo(10);
    assertThat(plan.arms()).containsExactly(Arm.AGENT, Arm.BASELINE);
    assertThat(plan.chaos()).hasSize(2);
    assertThat(plan.chaos().get(0).timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(plan.chaos().get(1).timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(plan.chaos().get(1).request().number("min_ms")).isEqualTo(50);
    assertThat(plan.seed()).isEqualTo(7);
    assertThat(plan.maxNodes()).isEqualTo(2);
  }

  @Test
  void whatIsWrittenReadsBackAsTheSamePlan() {
    CampaignPlan plan = plan(WHOLE);

    assertThat(CampaignFile.plan(CampaignFile.write(plan))).isEqualTo(plan);
  }

  @Test
  void thePublishedSchemaAcceptsTheFileAndWhatIsWritten() throws IOException {
    assertThat(schemaErrors(WHOLE)).isEmpty();
    assertThat(schemaErrors(CampaignFile.write(plan(WHOLE)).toString())).isEmpty();
    assertThat(schemaErrors("chaos: node-kill\ntrails: 3")).isNotEmpty();
  }

  @Test
  void chaosMayBeAListOfNamesWithUnderscores() {
    CampaignPlan plan = plan("chaos: 'node_kill, leader-kill'");

    assertThat(plan.chaos().stream().map(step -> step.request().type()))
        .containsExactly(ChaosType.NODE_KILL, ChaosType.LEADER_KILL);
  }

  @Test
  void noneRunsInTheControlArmOnly() {
    CampaignPlan plan = plan("chaos: [none, node-kill]\narms: [agent, baseline]");

    assertThat(plan.arms(plan.chaos().get(0))).containsExactly(Arm.CONTROL);
    assertThat(plan.arms(plan.chaos().get(1))).containsExactly(Arm.AGENT, Arm.BASELINE);
  }

  @Test
  void noAgentMeansTheBaselineArm() {
    assertThat(plan("chaos: node-kill\nagent: none").arms()).containsExactly(Arm.BASELINE);
    assertThat(plan("chaos: node-kill\nbaseline: true").arms()).containsExactly(Arm.BASELINE);
  }

  @Test
  void sharedParametersGoToTheTypesThatKnowThem() {
    CampaignPlan plan = plan("chaos: [node-kill, latency]\nparam: {min_ms: 70}");

    assertThat(plan.chaos().get(0).request().parameters()).doesNotContainKey("min_ms");
    assertThat(plan.chaos().get(1).request().number("min_ms")).isEqualTo(70);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trials: 0                                    | trials cannot be '0'
          trials: -1                                   | trials cannot be '-1'
          trials: many                                 | trials cannot be 'many'
          trails: 3                                    | unknown key 'trails'
          subject: zoo                                 | no subject 'zoo'
          nodes: [1, 2]                                | nodes must be a single value
          timeout: 30                                  | timeout cannot be '30'
          arms: [agent, other]                         | no arm 'other'
          agent: nobody                                | nobody
          operator-timezone: mars                      | operator-timezone cannot be 'mars'
          settle: 10ms                                 | settle is shorter
          param: {min_ms: 5}                           | parameter 'min_ms'
          agent: external                              | external agent needs
          """)
  void namesWhatIsWrong(String key, String message) {
    assertThatThrownBy(() -> plan("chaos: node-kill\n" + key))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((EvalctlException) e).code().kind().exitCode())
        .isEqualTo(2);
  }

  /** A node that hangs looks well until a probe's time is up; that must not pass for a recovery. */
  @Test
  void healthThatCannotHaveBeenSeenToFailIsNoRecovery() {
    assertThatThrownBy(() -> plan("chaos: process-pause\nsubject: etcd\nsettle: 1s"))
        .hasMessageContaining("settle is shorter than 1600ms")
        .extracting(e -> ((EvalctlException) e).hint())
        .isEqualTo("use 2s");
    assertThat(plan("chaos: process-pause\nsubject: etcd\nsettle: 1600ms").settle())
        .isEqualTo(Duration.ofMillis(1600));
    assertThat(plan("chaos: process-pause\nsubject: etcd").settle())
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void hintsAtTheNearestKey() {
    assertThatThrownBy(() -> plan("chaos: node-kill\ntrails: 3"))
        .extracting(e -> ((EvalctlException) e).hint())
        .isEqualTo("did you mean 'trials'?");
  }

  @Test
  void refusesUnknownChaosAndParameters() {
    assertThatThrownBy(() -> plan("chaos: node-krill"))
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.UNKNOWN_CHAOS);
    assertThatThrownBy(() -> plan("chaos: [{type: latency, params: {min_ms: 9, max_ms: 3}}]"))
        .hasMessageContaining("min_ms is greater than max_ms");
    assertThatThrownBy(() -> plan("chaos: [{type: latency, params: {min: 9}}]"))
        .hasMessageContaining("has no parameter min");
    assertThatThrownBy(() -> plan("trials: 3")).hasMessageContaining("no chaos type");
  }

  private static CampaignPlan plan(String yaml) {
    try {
      return CampaignFile.plan((ObjectNode) new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> schemaErrors(String text) throws IOException {
    try (InputStream in = CampaignFile.class.getResourceAsStream("campaign.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(in)
          .validate(new YAMLMapper().readTree(text).toString(), InputFormat.JSON)
          .stream()
          .map(Object::toString)
          .toList();
    }
  }
}
