package io.evalctl.subject.zookeeper.link;

/** The emulated network between the nodes of an ensemble and before each client port. */
public interface LinkFabric extends AutoCloseable {
  /** What all clients together are called. */
  String CLIENT = "client";

  /**
   * Loopback port on which node {@code from} reaches port {@code targetPort} of node {@code to};
   * opened on first call.
   */
  int port(String from, String to, int targetPort);

  @Override
  void close();
}
