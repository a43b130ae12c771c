package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerStatusTest {
  @Test
  void readsTheAnswerOfALeader() {
    String answer =
        """
        Zookeeper version: 3.9.5-0123456789abcdef, built on 2025-08-01 10:00 UTC
        Latency min/avg/max: 0/1.5/12
        Received: 41
        Sent: 40
        Connections: 3
        Outstanding: 0
        Zxid: 0x20000000a
        Mode: leader
        Node count: 27
        Proposal sizes last/min/max: 48/48/94
        """;
    assertThat(ServerStatus.parse(answer))
        .contains(new ServerStatus("leader", "0x20000000a", 3, 27));
  }

  @Test
  void findsNoStateInTheAnswerOfAServerThatDoesNotServe() {
    assertThat(ServerStatus.parse("This ZooKeeper instance is not currently serving requests\n"))
        .isEmpty();
  }

  @Test
  void toleratesAFieldThatIsMissing() {
    assertThat(ServerStatus.parse("Mode: follower\n"))
        .contains(new ServerStatus("follower", "", -1, -1));
  }
}
