package io.evalctl.subject.zookeeper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports, all on 127.0.0.1, that one node itself listens on.
 *
 * @param client for clients and four-letter words
 * @param quorum where the leader hears its followers
 * @param election for leader election
 */
record NodePorts(int client, int quorum, int election) {

  /** Gives every node three of the ports, in the order of the nodes. */
  static Map<String, NodePorts> assign(List<String> nodes, List<Integer> free) {
    Map<String, NodePorts> ports = new LinkedHashMap<>();
    for (String node : nodes) {
      int next = 3 * ports.size();
      ports.put(node, new NodePorts(free.get(next), free.get(next + 1), free.get(next + 2)));
    }
    return ports;
  }
}
