package io.evalctl.subject.zookeeper;

import io.evalctl.subject.LedgerCheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** The canary's writes that were acknowledged. Thread-safe. */
final class Ledger {
  private static final int MAX_LOST_KEYS = 20;
  private static final int NOT_ASKED = -1;

  private final SortedSet<Long> acknowledged = new ConcurrentSkipListSet<>();

  void acknowledge(long slot) {
    acknowledged.add(slot);
  }

  /**
   * Compares it with what nodes have.
   *
   * @param nodes every node
   * @param contents keys and values of those that could be read
   */
  LedgerCheck check(Set<String> nodes, Map<String, SortedMap<String, String>> contents) {
    List<Long> slots = List.copyOf(acknowledged);
    SortedSet<Long> lost = new TreeSet<>();
    Map<String, Integer> perNode = new LinkedHashMap<>();
    for (String node : nodes) {
      SortedMap<String, String> content = contents.get(node);
      if (content == null) {
        perNode.put(node, NOT_ASKED);
        continue;
      }
      List<Long> lacking = slots.stream().filter(slot -> lacks(content, slot)).toList();
      perNode.put(node, lacking.size());
      lost.addAll(lacking);
    }
    return new LedgerCheck(
        slots.size(),
        lost.size(),
        lost.stream().limit(MAX_LOST_KEYS).map(CanaryKeys::path).toList(),
        perNode);
  }

  private static boolean lacks(SortedMap<String, String> content, long slot) {
    return !CanaryKeys.value(slot).equals(content.get(CanaryKeys.name(slot)));
  }
}
