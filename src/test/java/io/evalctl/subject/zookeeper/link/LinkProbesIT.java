package io.evalctl.subject.zookeeper.link;

import static io.evalctl.subject.zookeeper.link.LinkConditions.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.chaos.Link;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkProbesIT {
  private static final Link A_B = new Link("a", "b");
  private static final Link B_A = A_B.reverse();
  private static final Link A_C = new Link("a", "c");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofMillis(150);

  private final ProxiedLinks links = new ProxiedLinks(TimeSource.system(), new SplittableRandom(1));
  private final LinkProbes probes = new LinkProbes(links, TimeSource.system());

  @AfterEach
  void close() {
    probes.close();
    links.close();
  }

  private boolean connect(Duration patience) {
    return probes.connect(List.of(A_B, B_A, A_C), Deadline.in(patience, TimeSource.system()));
  }

  private Crossing cross(Link direction, int bytes) {
    return probes.cross(List.of(direction), bytes, PATIENCE).get(direction);
  }

  @Test
  void seesEachDirectionByItself() {
    assertThat(connect(PATIENCE)).isTrue();
    links.apply(Map.of(A_B, OPEN.withCut()));
    Map<Link, Crossing> seen = probes.cross(List.of(A_B, B_A, A_C), LinkProbes.SHORT, SOON);
    assertThat(seen.get(A_B).silent()).isTrue();
    assertThat(seen.get(A_B).time()).isGreaterThanOrEqualTo(SOON);
    assertThat(seen.get(B_A).arrived()).isTrue();
    assertThat(seen.get(A_C).arrived()).isTrue();
    links.restore();
    assertThat(cross(A_B, LinkProbes.SHORT).arrived()).isTrue();
  }

  @Test
  void messageHeldByACutIsNotTakenForALaterOne() {
    assertThat(connect(PATIENCE)).isTrue();
    links.apply(Map.of(A_B, OPEN.withCut()));
    probes.cross(List.of(A_B), LinkProbes.SHORT, SOON);
    links.apply(Map.of(A_B, OPEN.withDelay(Duration.ofMillis(80), Duration.ofMillis(80))));
    assertThat(cross(A_B, LinkProbes.SHORT).time()).isGreaterThan(Duration.ofMillis(79));
  }

  @Test
  void cannotConnectAcrossACut() {
    links.apply(Map.of(B_A, OPEN.withCut()));
    assertThat(connect(SOON)).isFalse();
    assertThat(probes.cross(List.of(A_B), LinkProbes.SHORT, SOON).get(A_B).outcome())
        .isEqualTo(Crossing.Outcome.BROKEN);
    links.restore();
    assertThat(connect(PATIENCE)).isTrue();
    assertThat(cross(A_B, LinkProbes.SHORT).arrived()).isTrue();
  }

  @Test
  void measuresDelaysOfSeveralLinksAtATime() {
    assertThat(connect(PATIENCE)).isTrue();
    links.apply(
        Map.of(
            B_A, OPEN.withDelay(Duration.ofMillis(80), Duration.ofMillis(100)),
            A_C, OPEN.withDelay(Duration.ofMillis(400), Duration.ofMillis(400))));
    Map<Link, Crossing> seen = probes.cross(List.of(A_B, B_A, A_C), LinkProbes.SHORT, PATIENCE);
    assertThat(seen.get(B_A).time()).isGreaterThan(Duration.ofMillis(79));
    assertThat(seen.get(A_C).time()).isGreaterThan(Duration.ofMillis(399));
    // The slower one does not hide when this one arrived.
    assertThat(seen.get(B_A).time()).isLessThan(seen.get(A_C).time());
  }

  @Test
  void measuresRateByTheTimeOfALongMessage() {
    assertThat(connect(PATIENCE)).isTrue();
    links.apply(Map.of(A_B, OPEN.withBandwidth(400))); // 50 000 bytes a second
    Map<Link, Crossing> seen = probes.cross(List.of(A_B, B_A), 20_000, PATIENCE);
    assertThat(seen.get(A_B).time()).isGreaterThanOrEqualTo(Duration.ofMillis(390));
    assertThat(seen.get(B_A).time()).isLessThan(seen.get(A_B).time());
    assertThat(cross(B_A, 4_000_000).arrived()).isTrue();
  }

  /** It lay unaccepted when it was reset, and comes first: as on a machine that is busy. */
  @Test
  void resetOfAnEarlierConnectionIsNotTakenForOneOfALaterOne() throws IOException {
    int[] listening = new int[1];
    LinkFabric direct =
        new LinkFabric() {
          @Override
          public int port(String from, String to, int targetPort) {
            listening[0] = targetPort;
            return targetPort;
          }

          @Override
          public void close() {}
        };
    Deadline deadline = Deadline.in(PATIENCE, TimeSource.system());
    try (Selector selector = Selector.open()) {
      LinkProbe probe = new LinkProbe(direct, A_B, selector);
      probe.connect(1, deadline);
      probe.disconnect();
      Socket earlier = new Socket(InetAddress.getLoopbackAddress(), listening[0]);
      earlier.setSoLinger(true, 0);
      earlier.close();

      probe.connect(2, deadline);
      assertThat(probe.connected()).isTrue();
      probe.close();
    }
  }

  @Test
  void seesResets() {
    assertThat(connect(PATIENCE)).isTrue();
    assertThat(probes.resets(List.of(A_B, A_C), SOON)).isEmpty();
    links.apply(Map.of(A_B, OPEN.withReset()));
    assertThat(probes.resets(List.of(A_B), PATIENCE)).containsExactly(A_B);
    assertThat(probes.resets(List.of(B_A), PATIENCE)).containsExactly(B_A);
    assertThat(probes.resets(List.of(A_C), SOON)).isEmpty();
    links.restore();
    assertThat(probes.resets(List.of(A_B), SOON)).isEmpty();
    assertThat(cross(A_B, LinkProbes.SHORT).arrived()).isTrue();
  }
}
