package io.evalctl.subject;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the writes that were acknowledged.
 *
 * @param acknowledged how many were
 * @param lost how many of them are missing from, or differ on, at least one node that serves
 * @param lostKeys the first of those, at most 20
 * @param perNode for each node how many it lacks, or -1 where it did not serve and was not asked
 * @param nodes how many nodes are to have the writes; others of a subject are never asked
 */
public record LedgerCheck(
    int acknowledged, int lost, List<String> lostKeys, Map<String, Integer> perNode, int nodes) {
  public LedgerCheck {
    lostKeys = List.copyOf(lostKeys);
    perNode = Collections.unmodifiableMap(new LinkedHashMap<>(perNode));
  }

  /** Where every node is to have the writes. */
  public LedgerCheck(
      int acknowledged, int lost, List<String> lostKeys, Map<String, Integer> perNode) {
    this(acknowledged, lost, lostKeys, perNode, perNode.size());
  }

  /** How many nodes were read back. */
  public int nodesRead() {
    return (int) perNode.values().stream().filter(lacking -> lacking >= 0).count();
  }

  /** Whether writes may be lost and nobody was there to tell. */
  public boolean unknown() {
    return acknowledged > 0 && nodesRead() == 0;
  }
}
