package io.evalctl.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortBlockIT {
  @Test
  void hasPortsForFiveNodesThatNobodyListensOn() {
    try (PortBlock block = PortBlock.claim()) {
      assertThat(block.ports()).hasSizeGreaterThanOrEqualTo(15).isSorted().doesNotHaveDuplicates();
      assertThat(block.ports()).allMatch(PortBlock::free);
    }
  }

  @Test
  void isGivenToOneAtATime() {
    try (PortBlock first = PortBlock.claim();
        PortBlock second = PortBlock.claim()) {
      assertThat(second.ports()).doesNotContainAnyElementsOf(first.ports());
    }
  }

  @Test
  void avoidsABlockInWhichSomebodyListens() throws IOException {
    int port;
    try (PortBlock block = PortBlock.claim()) {
      port = block.ports().get(7);
    }
    try (ServerSocket foreign = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        PortBlock block = PortBlock.claim()) {
      assertThat(foreign.isBound()).isTrue();
      assertThat(block.ports()).doesNotContain(port);
    }
  }
}
