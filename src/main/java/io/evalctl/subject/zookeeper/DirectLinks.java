package io.evalctl.subject.zookeeper;

import io.evalctl.subject.zookeeper.link.LinkFabric;

/** No links at all: every node is reached at its own port. */
final class DirectLinks implements LinkFabric {
  @Override
  public int port(String from, String to, int targetPort) {
    return targetPort;
  }

  @Override
  public void close() {
    // holds nothing
  }
}
