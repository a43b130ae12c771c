package io.evalctl.subject.zookeeper;

import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The configuration files of one server.
 *
 * <p>A server names its peers by the ports of its links to them, and itself by its own ports. Left
 * at that, links would be bypassed: a server that opens an election connection announces its own
 * address, and the other side may connect back to that address directly
 * (QuorumCnxManager.InitialMessage). An announced host that resolves to the wildcard address is
 * ignored there, and the peer's configured address is used instead. Hence a server calls itself by
 * its name, which only its own hosts file resolves to 127.0.0.1.
 *
 * @param node whose
 * @param ports the ports of every node
 * @param links give the ports of its peers
 */
record ServerConfiguration(NodeHome node, Map<String, NodePorts> ports, LinkFabric links) {
  /** Length of a tick in milliseconds; session timeouts lie between 2 and 20 of them. */
  static final int TICK_MILLIS = 200;

  /** The text of zoo.cfg. */
  String properties() {
    return """
        # %s, one of %d servers of an ensemble
        tickTime=%d
        # ticks a follower may take to connect to a leader, and to fall behind it
        initLimit=10
        syncLimit=10
        fastleader.maxNotificationInterval=1000

        dataDir=%s
        preAllocSize=1024
        snapCount=10000
        autopurge.snapRetainCount=3
        autopurge.purgeInterval=0

        clientPort=%d
        clientPortAddress=127.0.0.1
        maxClientCnxns=0
        4lw.commands.whitelist=srvr,mntr,ruok
        admin.enableServer=false

        standaloneEnabled=false
        reconfigEnabled=false
        localSessionsEnabled=false
        %s
        """
        .formatted(
            node.name(),
            ports.size(),
            TICK_MILLIS,
            node.dataDir(),
            ports.get(node.name()).client(),
            ports.keySet().stream().map(this::serverLine).collect(Collectors.joining("\n")));
  }

  private String serverLine(String peer) {
    NodePorts target = ports.get(peer);
    boolean self = peer.equals(node.name());
    return "server.%d=%s:%d:%d"
        .formatted(
            NodeHome.id(peer),
            self ? peer : "127.0.0.1",
            self ? target.quorum() : links.port(node.name(), peer, target.quorum()),
            self ? target.election() : links.port(node.name(), peer, target.election()));
  }

  /** The text of its hosts file, the only names it can resolve. */
  String hosts() {
    String peers =
        ports.keySet().stream()
            .filter(name -> !name.equals(node.name()))
            .collect(Collectors.joining(" "));
    return """
        127.0.0.1 localhost %s
        0.0.0.0 %s
        """
        .formatted(node.name(), peers);
  }
}
