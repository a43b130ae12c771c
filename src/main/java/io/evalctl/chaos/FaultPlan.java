package io.evalctl.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A fault that is decided but not yet made.
 *
 * @param type which fault
 * @param targets the nodes it hits, at least one (none for {@link ChaosType#NONE})
 * @param role what the first target is just now, such as leader or follower
 * @param metadata all that another process needs to witness and to undo it, as JSON: it is
 *     journalled before the fault is made. {@link FaultInjector#inject} may add to it.
 */
public record FaultPlan(ChaosType type, List<String> targets, String role, ObjectNode metadata) {
  public FaultPlan {
    targets = List.copyOf(targets);
  }
}
