package io.evalctl.subject.compose;

import io.evalctl.subject.LedgerCheck;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The writes of one canary that were acknowledged: one key for each slot, with a value that follows
 * from the key. Thread-safe.
 */
final class CanaryLedger {
  private static final int MOST_LOST_KEYS = 20;
  private static final int NOT_ASKED = -1;

  private final String prefix;
  private final SortedSet<Long> acknowledged = new ConcurrentSkipListSet<>();

  /**
   * @param prefix of all keys, no other canary's
   */
  CanaryLedger(String prefix) {
    this.prefix = prefix;
  }

  String key(long slot) {
    return prefix + "%010d".formatted(slot);
  }

  static String value(String key) {
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
  }

  void acknowledge(long slot) {
    acknowledged.add(slot);
  }

  /** The keys that must be there. */
  List<String> keys() {
    return acknowledged.stream().map(this::key).toList();
  }

  /**
   * Compares it with what nodes have.
   *
   * @param nodes every node
   * @param asked how many of them are to have the writes
   * @param contents keys and values of those that could be read
   */
  LedgerCheck check(List<String> nodes, int asked, Map<String, Map<String, String>> contents) {
    List<String> keys = keys();
    SortedSet<String> lost = new TreeSet<>();
    Map<String, Integer> perNode = new LinkedHashMap<>();
    for (String node : nodes) {
      Map<String, String> content = contents.get(node);
      if (content == null) {
        perNode.put(node, NOT_ASKED);
        continue;
      }
      List<String> lacking =
          keys.stream().filter(key -> !value(key).equals(content.get(key))).toList();
      perNode.put(node, lacking.size());
      lost.addAll(lacking);
    }
    return new LedgerCheck(
        keys.size(), lost.size(), lost.stream().limit(MOST_LOST_KEYS).toList(), perNode, asked);
  }
}
