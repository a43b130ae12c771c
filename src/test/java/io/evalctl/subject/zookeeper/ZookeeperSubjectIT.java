package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.PortBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZookeeperSubjectIT {
  @TempDir static Path shared;
  private static TestEnsemble ensemble;

  @TempDir Path scratch;

  @BeforeAll
  static void boot() {
    ensemble = TestEnsemble.open(shared).boot();
  }

  @BeforeEach
  void healthy() {
    new NodeCommand(ensemble.subject.home()).start(ensemble.subject.nodes());
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  @AfterAll
  static void close() {
    ensemble.close();
  }

  @Test
  void bootsIntoHealthWithOneLeader() {
    HealthSample sample = ensemble.subject.health();
    assertThat(sample.healthy()).as(sample.reason()).isTrue();
    assertThat(sample.nodes().keySet()).containsExactly("zk1", "zk2", "zk3");
    assertThat(sample.nodes().values())
        .extracting(NodeHealth::role)
        .containsOnlyOnce("leader")
        .contains("follower");
    assertThat(ensemble.processes()).hasSize(3);
  }

  @Test
  void seesAKilledNodeDownAndHealthyAgainAfterItsStart() {
    String victim = ensemble.leader();

    ensemble.process(victim).signal(Signal.KILL);
    HealthSample sample =
        ensemble.awaitHealth(
            victim + " down and another leader",
            it ->
                it.nodes().get(victim).status() == Status.DOWN
                    && it.nodes().values().stream().anyMatch(n -> n.role().equals("leader")));
    assertThat(sample.healthy()).isFalse();
    assertThat(sample.reason()).contains(victim + " down");

    new NodeCommand(ensemble.subject.home()).start(victim);
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  @Test
  void seesAPausedNodeUnresponsiveAndTheOthersServing() {
    String victim = ensemble.followers().get(0);
    ProcessIdentity process = ensemble.process(victim);

    process.signal(Signal.STOP);
    try {
      HealthSample sample =
          ensemble.awaitHealth(
              victim + " unresponsive",
              it -> it.nodes().get(victim).status() == Status.UNRESPONSIVE);
      assertThat(sample.healthy()).isFalse();
      assertThat(sample.nodes().values()).filteredOn(n -> n.status() == Status.SERVING).hasSize(2);
      JsonNode state = ensemble.subject.captureState().path(victim);
      assertThat(state.path("alive").asBoolean()).isTrue();
      assertThat(state.path("paused").asBoolean()).isTrue();
      assertThat(state.path("mode").isNull()).isTrue();
    } finally {
      process.signal(Signal.CONT);
    }
    ensemble.subject.waitHealthy(TestEnsemble.patience());
  }

  @Test
  void capturesTheStateOfTheLivingAndTheDead() {
    ensemble.boot();
    ObjectNode before = ensemble.subject.captureState();
    String victim = ensemble.followers().get(0);
    ensemble.process(victim).signal(Signal.KILL);
    ensemble.awaitStatus(victim, Status.DOWN);

    ObjectNode after = ensemble.subject.captureState();

    assertThat(before.fieldNames()).toIterable().containsExactly("zk1", "zk2", "zk3");
    String leader =
        ensemble.subject.nodes().stream()
            .filter(node -> before.path(node).path("mode").asText().equals("leader"))
            .findFirst()
            .orElseThrow();
    JsonNode led = before.path(leader);
    assertThat(led.path("alive").asBoolean()).isTrue();
    assertThat(led.path("pid").asLong()).isEqualTo(ensemble.process(leader).pid());
    assertThat(led.path("epoch").asLong()).isEqualTo(1);
    assertThat(led.path("zxid").asText()).startsWith("0x1");
    assertThat(led.path("connections").asInt()).isPositive();
    assertThat(led.path("znodes").asInt()).isPositive();
    assertThat(led.path("canarySha256").asText()).hasSize(64);
    JsonNode dead = after.path(victim);
    assertThat(dead.path("alive").asBoolean()).isFalse();
    assertThat(dead.path("mode").isNull()).isTrue();
    assertThat(dead.path("canarySha256").isNull()).isTrue();
    assertThat(dead.path("epoch").asLong()).isEqualTo(1);
    assertThat(dead.path("configSha256")).isEqualTo(before.path(victim).path("configSha256"));
  }

  @Test
  void noticesAChangedConfiguration() throws IOException {
    ObjectNode before = ensemble.subject.captureState();
    Path config = ensemble.node("zk2").config();
    String right = Files.readString(config);
    Files.writeString(config, right.replace("syncLimit=10", "syncLimit=11"));

    ObjectNode after = ensemble.subject.captureState();
    Files.writeString(config, right);

    assertThat(after.at("/zk2/configSha256")).isNotEqualTo(before.at("/zk2/configSha256"));
    assertThat(after.at("/zk1/configSha256")).isEqualTo(before.at("/zk1/configSha256"));
  }

  @Test
  void resetsToACleanStateWhateverWasThere() throws IOException {
    List<ProcessIdentity> before = ensemble.processes();
    Files.writeString(ensemble.node("zk1").config(), "nonsense");
    Files.writeString(ensemble.node("zk3").dataDir().resolve("stray"), "x");
    Files.delete(ensemble.subject.home().nodeCommand());
    ensemble.process("zk2").signal(Signal.STOP);

    ensemble.boot();

    assertThat(before).noneMatch(ProcessIdentity::alive);
    assertThat(ensemble.processes()).hasSize(3);
    assertThat(ensemble.node("zk3").dataDir().resolve("stray")).doesNotExist();
    assertThat(ensemble.node("zk1").currentEpoch()).hasValue(1);
  }

  @Test
  void leavesNothingBehind() {
    try (TestEnsemble own = TestEnsemble.open(scratch).boot()) {
      List<ProcessIdentity> processes = own.processes();
      assertThat(own.registry).isDirectoryContaining("glob:**.json");

      own.subject.close();
      own.subject.close();

      assertThat(processes).hasSize(3).noneMatch(ProcessIdentity::alive);
      assertThat(own.processes()).isEmpty();
      assertThat(own.home).doesNotExist();
      assertThat(own.registry).isEmptyDirectory();
    }
  }

  @Test
  void describesItselfInTheFilesItNames() throws IOException {
    var environment = ensemble.subject.agentEnvironment();

    assertThat(
            new ObjectMapper()
                .readTree(Path.of(environment.get("EVALCTL_RUN_SUBJECT_JSON")).toFile()))
        .isEqualTo(ensemble.subject.agentDescription());
    assertThat(Path.of(environment.get("EVALCTL_RUN_AGENT_CONTEXT")))
        .hasContent(ensemble.subject.agentContext());
    assertThat(ensemble.subject.topology().path("nodes")).hasSize(3);
    assertThat(ensemble.subject.topology().path("version").asText()).startsWith("3.");
  }

  @Test
  void namesThePortThatIsTaken() throws IOException {
    try (TestEnsemble own = TestEnsemble.open(scratch)) {
      int port = own.subject.topology().at("/nodes/1/quorumPort").asInt();
      try (ServerSocket foreign = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(foreign.isBound()).isTrue();
        assertThatThrownBy(own.subject::reset)
            .isInstanceOfSatisfying(
                EvalctlException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.PORT_TAKEN);
                  assertThat(e)
                      .hasMessage("port " + port + " of zk2 has been taken by another program");
                });
      }
      assertThat(own.processes()).isEmpty();
    }
  }

  @Test
  void saysWhichNodeKeepsItFromHealth() throws IOException {
    NodeHome victim = ensemble.node(ensemble.followers().get(0));
    ensemble.process(victim.name()).signal(Signal.KILL);
    String right = Files.readString(victim.config());
    Files.writeString(victim.config(), right + "\nsyncLimit=many\n");
    assertThatThrownBy(() -> new NodeCommand(ensemble.subject.home()).start(victim.name()))
        .hasMessageContaining("cannot start " + victim.name())
        .hasMessageContaining("For input string: \"many\"");

    assertThatThrownBy(
            () ->
                ensemble.subject.waitHealthy(
                    Deadline.in(Duration.ofMillis(300), TestEnsemble.TIME)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SUBJECT_UNHEALTHY);
              assertThat(e)
                  .hasMessageContaining(victim.name() + " down")
                  .hasMessageContaining("the log of " + victim.name() + " says: ")
                  .hasMessageContaining("For input string: \"many\"");
            });
    Files.writeString(victim.config(), right);
  }

  @Test
  void saysThatJavaIsMissing() {
    ZookeeperOptions options =
        new ZookeeperOptions(
            3, scratch.resolve("other"), false, TestEnsemble.newRunId(), ensemble.registry);
    NodeProgram broken =
        new NodeProgram(Path.of("/nowhere/bin/java"), "x.jar", java.util.Optional.empty());
    try (PortBlock block = PortBlock.claim()) {
      Ensemble without =
          new Ensemble(options, block.ports(), new DirectLinks(), broken, TestEnsemble.TIME);

      assertThatThrownBy(without::startAfresh)
          .isInstanceOfSatisfying(
              EvalctlException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SUBJECT_START);
                assertThat(e).hasMessageContaining("there is no program /nowhere/bin/java");
              });
    }
  }

  @Test
  void hasFiveNodesOnRequest() {
    try (TestEnsemble five = TestEnsemble.open(scratch, 5, new DirectLinks())) {
      five.boot();
      assertThat(five.followers()).hasSize(4);
    }
  }
}
