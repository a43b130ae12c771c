package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.Partition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Partitions with rules in several nodes: to each of these somebody does something else, and every
 * deed meets every kind.
 */
@NeedsDocker
class MeddledPartitionsIT {
  @TempDir private Path directory;

  @Test
  void somebodyMeddlesWithTheirNodes() {
    Map<String, Deed> deeds = new LinkedHashMap<>();
    for (Deed deed : Deed.values()) {
      deeds.put("n" + (deed.ordinal() + 1), deed);
    }
    try (FaultyCluster cluster = new FaultyCluster(directory, 6)) {
      ComposeFaults faults = cluster.faults(6);
      Map<String, String> before = rules(cluster);
      List<FaultPlan> plans = new ArrayList<>(covering(faults, "ring", cluster));
      plans.addAll(covering(faults, "halves", cluster));
      plans.addAll(covering(faults, "bridge", cluster));
      plans.forEach(faults::inject);
      assertThat(rules(cluster).values()).allMatch(rules -> rules.contains("-j evc-"));
      deeds.entrySet().parallelStream().forEach(it -> it.getValue().doTo(cluster, it.getKey()));

      SoftAssertions softly = new SoftAssertions();
      for (FaultPlan plan : plans) {
        softly
            .assertThat(FaultyCluster.undo(faults, plan).orElse(""))
            .as("%s of %s", plan.type(), struck(plan))
            .isEqualTo(
                struck(plan).stream()
                    .filter(deeds::containsKey)
                    .map(node -> deeds.get(node).toldOfRules(node))
                    .filter(told -> !told.isEmpty())
                    .collect(Collectors.joining(", ")));
      }
      softly.assertAll();
      assertThat(cluster.inspect("n4", "{{.State.Status}}")).isEqualTo("paused");
      assertThat(cluster.inspect("n5", "{{.State.Status}}")).isEqualTo("exited");
      assertThat(cluster.claims()).isEmptyDirectory();

      cluster.start("n3");
      FaultyCluster.docker("unpause", cluster.container("n4"));
      FaultyCluster.docker("start", cluster.container("n5"));
      cluster.containers.keySet().forEach(cluster::awaitServing);
      assertThat(rules(cluster)).isEqualTo(before);
    }
  }

  /** Partitions of a kind that together have rules in every node, each in others. */
  private static List<FaultPlan> covering(
      ComposeFaults faults, String kind, FaultyCluster cluster) {
    List<FaultPlan> plans = new ArrayList<>();
    List<String> nodes = List.copyOf(cluster.containers.keySet());
    Set<String> left = new TreeSet<>(nodes);
    for (int seed = 0; !left.isEmpty(); seed++) {
      String target = nodes.get(seed % nodes.size());
      SplittableRandom random = new SplittableRandom(seed);
      random.nextInt(1); // as the choice of the one target does
      Partition partition = Partition.of(kind, target, nodes, random);
      Set<String> hosts = PacketPlan.hosts(partition, nodes);
      if (left.containsAll(hosts)) {
        FaultPlan plan =
            faults.plan(
                FaultyCluster.request(ChaosType.NETWORK_PARTITION, target, "kind", kind),
                new SplittableRandom(seed));
        assertThat(struck(plan)).containsExactlyInAnyOrderElementsOf(hosts);
        plans.add(plan);
        left.removeAll(hosts);
      }
    }
    return plans;
  }

  private static Map<String, String> rules(FaultyCluster cluster) {
    return cluster.containers.keySet().stream()
        .collect(Collectors.toMap(node -> node, cluster::rules));
  }

  private static List<String> struck(FaultPlan plan) {
    return Struck.all(plan.metadata()).stream().map(Struck::node).toList();
  }
}
