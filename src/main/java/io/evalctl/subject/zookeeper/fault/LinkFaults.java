package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.Link;
import io.evalctl.chaos.Partition;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.zookeeper.link.LinkConditions;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Faults of the network between the nodes. Partitions cut links between nodes only: clients still
 * reach every node. Latency, bandwidth and connection-reset hit every link of the target, those to
 * and from its clients included.
 *
 * <p>The links live and die with this process. When it has died, another has nothing to undo, and
 * cannot bring the ensemble back together: its links are gone for good (see DeadRuns).
 */
final class LinkFaults implements FaultFamily {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  private final List<String> nodes;
  private final ProxiedLinks links;
  private final Supplier<HealthSample> health;
  private final TimeSource time;
  private final LinkWitness witness;

  LinkFaults(
      List<String> nodes, ProxiedLinks links, Supplier<HealthSample> health, TimeSource time) {
    this.nodes = List.copyOf(nodes);
    this.links = links;
    this.health = health;
    this.time = time;
    Set<Link> all = new LinkedHashSet<>();
    nodes.forEach(node -> all.addAll(linksOf(node)));
    this.witness = new LinkWitness(links.probes(), all);
  }

  private Set<Link> linksOf(String node) {
    Set<Link> own = new LinkedHashSet<>();
    for (String other : nodes) {
      if (!other.equals(node)) {
        own.add(new Link(node, other));
        own.add(new Link(other, node));
      }
    }
    own.add(new Link(LinkFabric.CLIENT, node));
    own.add(new Link(node, LinkFabric.CLIENT));
    return own;
  }

  @Override
  public FaultPlan plan(FaultRequest request, Target target, RandomGenerator random) {
    List<String> targets = List.of(target.node());
    Set<Link> hit = linksOf(target.node());
    if (request.type() == ChaosType.NETWORK_PARTITION) {
      Partition partition =
          Partition.of(request.parameters().get("kind"), target.node(), nodes, random);
      targets = partition.targets();
      hit = partition.cut();
    } else if (request.type() == ChaosType.ASYMMETRIC_PARTITION) {
      hit = Partition.oneWay(target.node(), nodes).cut();
    }
    ObjectNode metadata = new LinkFault(request.type(), hit, request.parameters()).json();
    return new FaultPlan(request.type(), targets, target.role(), metadata);
  }

  @Override
  public void inject(FaultPlan plan) {
    LinkFault fault = LinkFault.of(plan.type(), plan.metadata());
    if (!links.probes().connect(witness.all(), Deadline.in(CONNECT_LIMIT, time))) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "the links of the ensemble were not all open before " + plan.type(),
          null);
    }
    links.apply(fault.everywhere(fault.conditions()));
  }

  @Override
  public boolean visible(FaultPlan plan) {
    return witness.sees(LinkFault.of(plan.type(), plan.metadata()));
  }

  /** Longer than the longest delay, and than a message takes at the lowest rate. */
  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(15);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    links.apply(LinkFault.of(type, metadata).everywhere(LinkConditions.OPEN));
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    return witness.seesTheEndOf(LinkFault.of(type, metadata));
  }
}
