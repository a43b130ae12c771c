package io.evalctl.subject.zookeeper.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final long NOW = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  private final Lane lane = new Lane(new SplittableRandom(7));

  private void become(LinkConditions conditions) {
    lane.conditions(conditions);
    lane.conditionsChanged(NOW);
  }

  @Test
  void openLaneDeliversAtOnce() {
    assertThat(lane.admit(60_000, NOW)).isEqualTo(NOW);
    assertThat(lane.busyNanos(NOW)).isZero();
  }

  @Test
  void delayIsDrawnFromTheWholeRange() {
    become(LinkConditions.OPEN.withDelay(Duration.ofMillis(50), Duration.ofMillis(150)));
    long[] delays =
        LongStream.range(0, 2000).map(i -> lane.admit(100, NOW) - NOW).sorted().toArray();
    assertThat(delays[0]).isBetween(50 * MILLI, 52 * MILLI);
    assertThat(delays[1999]).isBetween(148 * MILLI, 150 * MILLI);
    assertThat(delays[1000]).isBetween(95 * MILLI, 105 * MILLI);
  }

  @Test
  void sameSeedGivesTheSameDelays() {
    Lane twin = new Lane(new SplittableRandom(7));
    LinkConditions slow = LinkConditions.OPEN.withDelay(Duration.ZERO, Duration.ofSeconds(1));
    become(slow);
    twin.conditions(slow);
    twin.conditionsChanged(NOW);
    for (int i = 0; i < 20; i++) {
      assertThat(lane.admit(1, NOW)).isEqualTo(twin.admit(1, NOW));
    }
  }

  @Test
  void capSpacesPiecesByTheirSize() {
    become(LinkConditions.OPEN.withBandwidth(80)); // 10 000 bytes a second
    assertThat(lane.admit(1000, NOW)).isEqualTo(NOW + 100 * MILLI);
    assertThat(lane.admit(500, NOW)).isEqualTo(NOW + 150 * MILLI);
    // an idle time is not made up for
    assertThat(lane.admit(1000, NOW + 1000 * MILLI)).isEqualTo(NOW + 1100 * MILLI);
  }

  @Test
  void capTakesInABoundedBacklog() {
    become(LinkConditions.OPEN.withBandwidth(80));
    lane.admit(3000, NOW);
    assertThat(lane.busyNanos(NOW)).isEqualTo(100 * MILLI);
    assertThat(lane.busyNanos(NOW + 100 * MILLI)).isZero();
  }

  @Test
  void delayComesAfterTheCapAndDoesNotReduceTheRate() {
    become(
        LinkConditions.OPEN
            .withBandwidth(80)
            .withDelay(Duration.ofMillis(300), Duration.ofMillis(300)));
    assertThat(lane.admit(1000, NOW)).isEqualTo(NOW + 400 * MILLI);
    assertThat(lane.admit(1000, NOW)).isEqualTo(NOW + 500 * MILLI);
  }

  @Test
  void delayedLaneHoldsMuchSoThatTheDelayDoesNotLimitTheRate() {
    assertThat(lane.queueBytes()).isEqualTo(64 * 1024);
    become(LinkConditions.OPEN.withDelay(Duration.ZERO, Duration.ofMillis(150)));
    assertThat(lane.queueBytes() / 0.150).isGreaterThan(25e6); // 200 Mbit/s per connection
  }

  @Test
  void liftedCapLeavesNoBacklog() {
    become(LinkConditions.OPEN.withBandwidth(1));
    lane.admit(60_000, NOW);
    become(LinkConditions.OPEN);
    assertThat(lane.admit(1, NOW)).isEqualTo(NOW);
    become(LinkConditions.OPEN.withBandwidth(80));
    assertThat(lane.busyNanos(NOW)).isZero();
  }

  @Test
  void piecesOfACappedLaneAreShort() {
    assertThat(lane.pieceBytes()).isEqualTo(64 * 1024);
    become(LinkConditions.OPEN.withBandwidth(64));
    assertThat(lane.pieceBytes()).isEqualTo(1500);
    become(LinkConditions.OPEN.withBandwidth(10_000)); // 10 ms of 1.25 MB/s
    assertThat(lane.pieceBytes()).isEqualTo(12_500);
  }
}
