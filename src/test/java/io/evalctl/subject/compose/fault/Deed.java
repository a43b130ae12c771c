package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import java.util.List;
import java.util.function.BiConsumer;

/** What somebody else does to a container while a fault is in. */
enum Deed {
  RESTARTED((cluster, node) -> FaultyCluster.docker("restart", "-t", "0", name(cluster, node))),
  RECREATED(
      (cluster, node) -> {
        FaultyCluster.docker("rm", "-fv", name(cluster, node));
        cluster.start(node);
      }),
  REMOVED((cluster, node) -> FaultyCluster.docker("rm", "-fv", name(cluster, node))),
  PAUSED((cluster, node) -> FaultyCluster.docker("pause", name(cluster, node))),
  STOPPED((cluster, node) -> FaultyCluster.docker("stop", "-t", "0", name(cluster, node)));

  private final BiConsumer<FaultyCluster, String> work;

  Deed(BiConsumer<FaultyCluster, String> work) {
    this.work = work;
  }

  void doTo(FaultyCluster cluster, String node) {
    work.accept(cluster, node);
  }

  private static String name(FaultyCluster cluster, String node) {
    return cluster.container(node);
  }

  /**
   * What is to be known of a fault whose node they did it to, as the undo tells it; where besides
   * the faults of {@link BadLuckIT} have taken other nodes down.
   */
  String told(FaultPlan plan) {
    boolean down = List.of("n1", "n3", "n4").contains(plan.targets().get(0));
    boolean file = plan.type() == ChaosType.DISK_PRESSURE;
    String node = " (" + plan.targets().get(0) + ")";
    return switch (this) {
      case RESTARTED -> down || file ? "" : "healed-by-restart" + node;
      case RECREATED -> "healed-by-restart" + node;
      case REMOVED -> "container-removed" + node;
      case PAUSED -> file ? "is empty, but can only be removed when the container runs" : "";
      case STOPPED ->
          file
              ? "is empty, but can only be removed when the container runs"
              : down ? "" : "container-stopped" + node;
    };
  }

  /** The same of a node with nothing but rules in its network. */
  String toldOfRules(String node) {
    return switch (this) {
      case RESTARTED, RECREATED -> "healed-by-restart (" + node + ")";
      case REMOVED -> "container-removed (" + node + ")";
      case PAUSED -> "";
      case STOPPED -> "container-stopped (" + node + ")";
    };
  }
}
