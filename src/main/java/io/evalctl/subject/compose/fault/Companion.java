package io.evalctl.subject.compose.fault;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.chaos.Link;
import io.evalctl.chaos.Partition;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A container that is no node and takes part in a partition.
 *
 * @param container its name
 * @param side the node on whose side it always is; empty when it is outside of what is cut off
 */
public record Companion(String container, String side) {
  /** The kinds of partition that cut a group off. */
  private static final Set<String> GROUPS = Set.of("isolate", "halves");

  /**
   * What is on the side of a node hears whom that node hears; what is on no side is outside of the
   * group that is cut off, and hears all where there is no such group.
   */
  static Partition within(FaultRequest request, Partition partition, FaultScope scope) {
    Set<Link> cut = new LinkedHashSet<>(partition.cut());
    boolean oneWay = request.type() == ChaosType.ASYMMETRIC_PARTITION;
    boolean group = oneWay || GROUPS.contains(request.parameters().get("kind"));
    for (String from : scope.members()) {
      for (String to : scope.members()) {
        String sender = side(from, scope);
        String receiver = side(to, scope);
        boolean lost =
            sender.isEmpty() || receiver.isEmpty()
                ? group
                    && (partition.targets().contains(sender)
                        || !oneWay && partition.targets().contains(receiver))
                : partition.cut().contains(new Link(sender, receiver));
        if (lost) {
          cut.add(new Link(from, to));
        }
      }
    }
    return new Partition(partition.targets(), cut);
  }

  private static String side(String member, FaultScope scope) {
    Companion companion = scope.companions().get(member);
    return companion == null ? member : companion.side();
  }
}
