package io.evalctl.subject.zookeeper.link;

import io.evalctl.chaos.Link;
import java.time.Duration;

/**
 * Where a proxy's connections go.
 *
 * @param port a loopback port
 * @param patience how long it is dialled again while it refuses. Without a proxy the opener's own
 *     connect would be refused, and it would try again at once; through one it is accepted, and to
 *     close it then would look like a target that is there and breaks off. A follower that sees
 *     this gives up its new leader, which opens its port a moment after it has won. A client, on
 *     the other hand, must learn at once that nobody is there.
 */
record DialTarget(int port, Duration patience) {
  private static final Duration PEERS = Duration.ofSeconds(1);

  static DialTarget of(Link link, int port) {
    return new DialTarget(port, link.from().equals(LinkFabric.CLIENT) ? Duration.ZERO : PEERS);
  }
}
