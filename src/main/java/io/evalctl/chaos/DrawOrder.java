package io.evalctl.chaos;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The order in which nodes are drawn from: the leader first, the others in the subject's order. The
 * arms of one seed thus hit the same role, and the same one of the followers, whichever node
 * happens to lead in each of them.
 */
public final class DrawOrder {
  private static final String LEADER = "leader";

  private DrawOrder() {}

  /**
   * @param nodes in the subject's order
   * @param role of each node just now; empty where it has none
   */
  public static List<String> of(List<String> nodes, Function<String, String> role) {
    return nodes.stream()
        .sorted(Comparator.comparing(node -> !role.apply(node).equals(LEADER)))
        .toList();
  }
}
