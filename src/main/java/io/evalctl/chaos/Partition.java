package io.evalctl.chaos;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * Which nodes do not hear which.
 *
 * <ul>
 *   <li>isolate: the target and all others do not hear each other.
 *   <li>halves: two groups do not hear each other. The target is in the smaller one, with others
 *       chosen at random. With three nodes it is the same as isolate.
 *   <li>ring: the nodes stand in a ring, in their order; each hears its two neighbours alone. Needs
 *       four nodes to be a partition at all.
 *   <li>bridge: the target hears all others, which are in two halves that do not hear each other.
 * </ul>
 *
 * @param targets the nodes it hits, the chosen target first
 * @param cut the links that carry nothing
 */
public record Partition(List<String> targets, Set<Link> cut) {
  private static final int RING_MIN = 4;

  public Partition {
    targets = List.copyOf(targets);
    cut = Collections.unmodifiableSet(new LinkedHashSet<>(cut));
  }

  public static Partition of(
      String kind, String target, List<String> nodes, RandomGenerator random) {
    return switch (kind) {
      case "isolate" -> between(List.of(target), nodes);
      case "halves" -> between(half(target, nodes, random), nodes);
      case "bridge" -> bridge(target, nodes, random);
      case "ring" -> ring(target, nodes);
      default -> throw new IllegalArgumentException("partition " + kind);
    };
  }

  /** What one node sends to the others is lost; what they send to it is not. */
  public static Partition oneWay(String target, List<String> nodes) {
    return new Partition(List.of(target), cut(nodes, (from, to) -> from.equals(target)));
  }

  private static Partition between(List<String> group, List<String> nodes) {
    return new Partition(
        group, cut(nodes, (from, to) -> group.contains(from) != group.contains(to)));
  }

  private static List<String> half(String target, List<String> nodes, RandomGenerator random) {
    List<String> half = new ArrayList<>(List.of(target));
    half.addAll(shuffledWithout(target, nodes, random).subList(0, nodes.size() / 2 - 1));
    return half;
  }

  private static Partition bridge(String target, List<String> nodes, RandomGenerator random) {
    List<String> others = shuffledWithout(target, nodes, random);
    List<String> half = others.subList(0, others.size() / 2);
    return new Partition(
        List.of(target),
        cut(
            nodes,
            (from, to) ->
                !from.equals(target)
                    && !to.equals(target)
                    && half.contains(from) != half.contains(to)));
  }

  private static Partition ring(String target, List<String> nodes) {
    int count = nodes.size();
    if (count < RING_MIN) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "a ring of %d nodes is no partition: each has all others for its neighbours"
              .formatted(count),
          "take five nodes, or another kind: isolate, halves, bridge");
    }
    List<String> fromTarget = new ArrayList<>(nodes);
    Collections.rotate(fromTarget, -nodes.indexOf(target));
    return new Partition(
        fromTarget,
        cut(
            nodes,
            (from, to) -> {
              int steps = Math.floorMod(nodes.indexOf(to) - nodes.indexOf(from), count);
              return steps != 1 && steps != count - 1;
            }));
  }

  private static Set<Link> cut(List<String> nodes, BiPredicate<String, String> separate) {
    Set<Link> cut = new LinkedHashSet<>();
    for (String from : nodes) {
      for (String to : nodes) {
        if (!from.equals(to) && separate.test(from, to)) {
          cut.add(new Link(from, to));
        }
      }
    }
    return cut;
  }

  private static List<String> shuffledWithout(
      String target, List<String> nodes, RandomGenerator random) {
    List<String> others = new ArrayList<>(nodes);
    others.remove(target);
    Collections.shuffle(others, new Random(random.nextLong()));
    return others;
  }
}
