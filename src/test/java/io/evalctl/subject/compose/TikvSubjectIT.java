package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.TimeSource;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.CanaryOperation.Result;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.compose.ContainerLook.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tikv subject against a stand-in for PD's HTTP API that follows the published API; no TiKV
 * runs here. Its Compose file is checked by Compose itself, where there is one.
 */
class TikvSubjectIT {
  private static final SubjectDefinition TIKV = ShippedSubjects.shipped("tikv");

  private PlacementDrivers cluster;
  private NodeAsker asker;
  private HealthWatch watch;

  @BeforeEach
  void start() throws IOException {
    cluster = new PlacementDrivers();
    asker = new NodeAsker(cluster.addresses(), null);
    watch =
        new HealthWatch(
            TIKV,
            asker,
            () ->
                TIKV.nodes().stream()
                    .map(node -> new ContainerLook(node.service(), "", "", State.RUNNING, "Up"))
                    .toList(),
            TimeSource.system());
    EtcdBench.await("health", () -> watch.sample().healthy());
  }

  @AfterEach
  void end() {
    watch.close();
    asker.close();
    cluster.close();
  }

  @Test
  void isHealthyWhileThreeStoresAreUp() {
    assertThat(watch.sample().nodes().get("pd2").role()).isEqualTo("leader");
    assertThat(watch.sample().nodes().get("pd1").role()).isEqualTo("follower");
    assertThat(watch.sample().nodes().get("tikv1").role()).isEmpty();

    cluster.store("tikv3", "Disconnected");
    EtcdBench.await("the store to be missed", () -> !watch.sample().healthy());
    assertThat(watch.sample().reason()).startsWith("stores: 2 of 3 at $.stores");

    cluster.store("tikv3", "Up");
    EtcdBench.await("health", () -> watch.sample().healthy());
  }

  @Test
  void seesWhichMemberIsGoneAndWhoLeadsThen() {
    cluster.end("pd2");
    cluster.leader("pd3");
    EtcdBench.await(
        "another leader", () -> watch.sample().nodes().get("pd3").role().equals("leader"));
    EtcdBench.await(
        "the death to be seen",
        () -> watch.sample().nodes().get("pd2").status() == Status.UNRESPONSIVE);
    assertThat(watch.sample().nodes().get("pd1").status()).isEqualTo(Status.SERVING);

    cluster.end("tikv1");
    EtcdBench.await(
        "the store's death to be seen",
        () -> watch.sample().nodes().get("tikv1").status() == Status.UNRESPONSIVE);
  }

  @Test
  void capturesStoresRegionsAndLeaders() {
    cluster.store("tikv3", "Down");

    JsonNode state = new StateCapture(TIKV, null, Map.of(), asker).asked();

    assertThat(state.at("/pd1/stores").asInt()).isEqualTo(3);
    assertThat(state.at("/pd1/storesUp").toString()).isEqualTo("[\"tikv1:20160\",\"tikv2:20160\"]");
    assertThat(state.at("/pd3/regions").asInt()).isEqualTo(5);
    assertThat(state.at("/pd3/leader").asText()).isEqualTo("pd2");
    assertThat(state.at("/tikv3/storeState").asText()).isEqualTo("Down");
    assertThat(state.at("/tikv2/regions").asInt()).isEqualTo(5);
    assertThat(state.at("/tikv2/leaders").asInt()).isEqualTo(2);
  }

  @Test
  void theCanaryWritesThroughThePlacementDrivers() {
    Queue<CanaryOperation> seen = new ConcurrentLinkedQueue<>();
    try (Canary canary =
        new ComposeCanary(
            TIKV.canary(),
            TIKV.nodeNames(),
            () -> Set.of("pd1", "pd3", "tikv1"),
            Optional::empty,
            asker,
            seen::add,
            TimeSource.system())) {
      canary.start();
      EtcdBench.await("some operations", () -> seen.size() >= 10);
      canary.stop(EtcdBench.soon());
      LedgerCheck check = canary.verify(EtcdBench.soon());

      assertThat(seen).allMatch(operation -> operation.result() == Result.OK);
      assertThat(check.acknowledged()).isGreaterThanOrEqualTo(5);
      assertThat(check.lost()).isZero();
      assertThat(check.nodes()).as("the placement drivers, not the stores").isEqualTo(3);
      assertThat(check.perNode())
          .containsEntry("pd1", 0)
          .containsEntry("pd2", -1)
          .containsEntry("tikv1", -1);
    }
  }

  @Test
  void composeUnderstandsTheFile(@TempDir Path home) {
    EtcdBench.assumeCompose();
    ComposeProject project =
        ComposeProject.prepare(
            TIKV,
            "evalctl-check",
            home,
            TIKV.nodes().stream()
                .collect(
                    Collectors.toMap(SubjectDefinition.NodeDefinition::name, node -> Map.of())),
            Map.of("io.evalctl.run", "check"),
            ComposeProgram.require(System.getenv(), EtcdBench.TIME),
            null,
            Map.of("PATH", System.getenv("PATH"), "EVALCTL_PD_IMAGE", "pd:mine"),
            EtcdBench.TIME);

    assertThat(project.images())
        .containsEntry("pd1", "pd:mine")
        .containsEntry("tikv3", "pingcap/tikv:v8.5.1");
    assertThat(
            ComposeProgram.require(System.getenv(), EtcdBench.TIME)
                .run(
                    List.of("-p", "evalctl-check", "-f", project.file().toString(), "config", "-q"),
                    home,
                    Map.of(),
                    EtcdBench.soon())
                .err())
        .isEmpty();
  }
}
