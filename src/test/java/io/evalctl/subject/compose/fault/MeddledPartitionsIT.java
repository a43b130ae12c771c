package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
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
      Map<String, List<String>> before = cluster.state();
      List<FaultPlan> plans = new ArrayList<>(covering(faults, "ring", cluster));
      plans.addAll(covering(faults, "halves", cluster));
      plans.addAll(covering(faults, "bridge", cluster));
      plans.forEach(faults::inject);
      cluster
          .containers
          .keySet()
          .forEach(node -> assertThat(cluster.rules(node)).contains("-j evc-"));
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
      assertThat(cluster.differences(before)).isEmpty();
    }
  }

  /** Partitions of a kind that together have rules in every node. */
  private static List<FaultPlan> covering(
      ComposeFaults faults, String kind, FaultyCluster cluster) {
    List<FaultPlan> plans = new ArrayList<>();
    Set<String> left = new TreeSet<>(cluster.containers.keySet());
    for (int seed = 0; !left.isEmpty(); seed++) {
      // A bridge has its rules anywhere but in its target.
      String target = kind.equals("bridge") ? "any" : left.iterator().next();
      FaultPlan plan =
          faults.plan(
              FaultyCluster.request(ChaosType.NETWORK_PARTITION, target, "kind", kind),
              new SplittableRandom(seed));
      if (left.removeAll(struck(plan))) {
        plans.add(plan);
      }
    }
    return plans;
  }

  private static List<String> struck(FaultPlan plan) {
    return Struck.all(plan.metadata()).stream().map(Struck::node).toList();
  }
}
