package io.evalctl.subject.zookeeper.link;

import static io.evalctl.subject.zookeeper.link.LinkConditions.OPEN;
import static io.evalctl.subject.zookeeper.link.Wire.hear;
import static io.evalctl.subject.zookeeper.link.Wire.isReset;
import static io.evalctl.subject.zookeeper.link.Wire.say;
import static io.evalctl.subject.zookeeper.link.Wire.silent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.Link;
import io.evalctl.clock.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxiedLinksIT {
  private static final Link A_B = new Link("a", "b");
  private static final Link B_A = A_B.reverse();

  private final ProxiedLinks links = new ProxiedLinks(TimeSource.system(), new SplittableRandom(1));
  private Wire wire;

  @BeforeEach
  void open() throws IOException {
    wire = new Wire(links, A_B);
  }

  @AfterEach
  void close() throws IOException {
    links.close();
    wire.close();
  }

  private void cutBothWays() {
    links.apply(Map.of(A_B, OPEN.withCut(), B_A, OPEN.withCut()));
  }

  @Test
  void carriesBothWays() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      say(near, "ping");
      assertThat(hear(far, 4)).isEqualTo("ping");
      say(far, "pong");
      assertThat(hear(near, 4)).isEqualTo("pong");
    }
    assertThat(wire.port()).isEqualTo(wire.port());
    assertThat(links.port("b", "a", wire.listener.getLocalPort())).isNotEqualTo(wire.port());
  }

  @Test
  void oneSideMayCloseAndStillHear() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      say(near, "question");
      near.shutdownOutput();
      assertThat(new String(far.getInputStream().readAllBytes())).isEqualTo("question");
      say(far, "answer");
      Wire.hangUp(far);
      assertThat(new String(near.getInputStream().readAllBytes())).isEqualTo("answer");
    }
  }

  @Test
  void resetOfOneEndReachesTheOther() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      Wire.reset(near);
      assertThat(isReset(far)).isTrue();
    }
  }

  @Test
  void resetOvertakesAnOrderlyCloseThatIsUnderWay() throws IOException {
    links.apply(Map.of(A_B, OPEN.withDelay(Duration.ofSeconds(1), Duration.ofSeconds(1))));
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      near.shutdownOutput();
      Wire.reset(near);
      say(far, "still there?");
      assertThat(isReset(far)).isTrue();
    }
  }

  @Test
  void peerThatOpensItsPortALittleLaterIsReached() throws IOException {
    // With a clock this slow, the proxy's patience lasts longer than the test's own.
    TimeSource slow = new SlowTime(TimeSource.system(), 60);
    try (ProxiedLinks patient = new ProxiedLinks(slow, new SplittableRandom(1))) {
      int targetPort = wire.listener.getLocalPort();
      wire.close();
      try (Socket near = Wire.dial(patient.port("a", "b", targetPort))) {
        assertThat(silent(near)).isTrue();
        try (ServerSocket late =
            new ServerSocket(targetPort, 1, InetAddress.getLoopbackAddress())) {
          late.setSoTimeout((int) Wire.PATIENCE.toMillis());
          say(near, "hello");
          try (Socket far = late.accept()) {
            assertThat(hear(far, 5)).isEqualTo("hello");
          }
        }
      }
    }
  }

  /** A clock that goes at a fraction of another's speed. */
  private record SlowTime(TimeSource real, int factor) implements TimeSource {
    @Override
    public Instant now() {
      return real.now();
    }

    @Override
    public long nanoTime() {
      return real.nanoTime() / factor;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      real.sleep(duration.multipliedBy(factor));
    }
  }

  @Test
  void nobodyListeningResetsTheCaller() throws IOException {
    int port = wire.port();
    wire.close();
    try (Socket near = Wire.dial(port)) {
      assertThat(isReset(near)).isTrue();
    }
  }

  @Test
  void cutHoldsDataAndCloseUntilItIsHealed() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      cutBothWays();
      say(near, "one ");
      say(far, "echo");
      assertThat(silent(far)).isTrue();
      assertThat(silent(near)).isTrue();
      say(near, "two");
      near.shutdownOutput();
      links.restore();
      assertThat(new String(far.getInputStream().readAllBytes())).isEqualTo("one two");
      assertThat(hear(near, 4)).isEqualTo("echo");
    }
  }

  @Test
  void cutHidesTheDeathOfAnEndUntilItIsHealed() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      links.apply(Map.of(A_B, OPEN.withCut()));
      Wire.reset(near);
      // What comes the other way finds nobody, which far is not to learn.
      say(far, "anybody there?");
      assertThat(silent(far)).isTrue();
      say(far, "hello?");
      assertThat(silent(far)).isTrue();
      links.restore();
      assertThat(isReset(far)).isTrue();
    }
  }

  @Test
  void oneWayCutLeavesTheOtherWayOpen() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      links.apply(Map.of(A_B, OPEN.withCut()));
      say(near, "lost");
      assertThat(silent(far)).isTrue();
      say(far, "heard");
      assertThat(hear(near, 5)).isEqualTo("heard");
    }
  }

  @Test
  void conditionsHoldForTheDirectionOfDataWhoeverOpenedTheConnection() throws IOException {
    try (Wire opposite = new Wire(links, B_A);
        Socket near = opposite.dial();
        Socket far = opposite.accept()) {
      links.apply(Map.of(A_B, OPEN.withCut()));
      say(near, "from b"); // b opened this one
      assertThat(hear(far, 6)).isEqualTo("from b");
      say(far, "from a");
      assertThat(silent(near)).isTrue();
    }
  }

  @Test
  void newConnectionWaitsForBothDirections() throws IOException {
    for (Link cut : new Link[] {A_B, B_A}) {
      links.apply(Map.of(cut, OPEN.withCut()));
      try (Socket near = wire.dial()) {
        say(near, "patience");
        assertThat(wire.nobodyCalls()).isTrue();
        links.restore();
        try (Socket far = wire.accept()) {
          assertThat(hear(far, 8)).isEqualTo("patience");
        }
      }
    }
  }

  @Test
  void connectionGivenUpDuringTheCutNeverArrives() throws IOException {
    cutBothWays();
    Socket given = wire.dial();
    say(given, "given up");
    given.close();
    try (Socket kept = wire.dial()) {
      say(kept, "kept");
      links.restore();
      try (Socket far = wire.accept()) {
        assertThat(hear(far, 4)).isEqualTo("kept");
      }
    }
    assertThat(wire.nobodyCalls()).isTrue();
  }

  @Test
  void delayIsAtLeastItsMinimumEachWay() throws IOException {
    links.apply(Map.of(A_B, OPEN.withDelay(Duration.ofMillis(60), Duration.ofMillis(90))));
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      long start = System.nanoTime();
      say(near, "x");
      hear(far, 1);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(60));
    }
  }

  @Test
  void delayedPiecesKeepTheirOrderAndTravelTogether() throws IOException {
    links.apply(Map.of(A_B, OPEN.withDelay(Duration.ZERO, Duration.ofMillis(200))));
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      StringBuilder expected = new StringBuilder();
      long start = System.nanoTime();
      for (int i = 0; i < 400; i++) {
        String text = i + ",";
        expected.append(text);
        say(near, text);
      }
      assertThat(hear(far, expected.length())).isEqualTo(expected.toString());
      // One after the other they would take 40 s.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void liftedDelayReleasesWhatIsUnderWay() throws IOException {
    links.apply(Map.of(A_B, OPEN.withDelay(Duration.ofMinutes(1), Duration.ofMinutes(1))));
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      say(near, "late");
      assertThat(silent(far)).isTrue();
      links.restore();
      assertThat(hear(far, 4)).isEqualTo("late"); // within the patience of 20 s
    }
  }

  @Test
  void capIsSharedByTheConnectionsOfALink() throws IOException {
    links.apply(Map.of(A_B, OPEN.withBandwidth(800))); // 100 000 bytes a second
    try (Socket one = wire.dial();
        Socket oneFar = wire.accept();
        Socket two = wire.dial();
        Socket twoFar = wire.accept()) {
      long start = System.nanoTime();
      byte[] data = new byte[25_000];
      one.getOutputStream().write(data);
      two.getOutputStream().write(data);
      assertThat(oneFar.getInputStream().readNBytes(data.length)).hasSize(data.length);
      assertThat(twoFar.getInputStream().readNBytes(data.length)).hasSize(data.length);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }
  }

  @Test
  void busyConnectionDoesNotMakeAnotherOneWaitLong() throws IOException {
    links.apply(Map.of(A_B, OPEN.withBandwidth(80))); // 10 000 bytes a second
    try (Socket busy = wire.dial();
        Socket busyFar = wire.accept();
        Socket other = wire.dial();
        Socket otherFar = wire.accept()) {
      busy.getOutputStream().write(new byte[100_000]);
      busyFar.getInputStream().readNBytes(1500);
      say(other, "x");
      hear(otherFar, 1);
      assertThat(busyFar.getInputStream().available()).isLessThan(50_000);
    }
  }

  @Test
  void capOfOneDirectionDoesNotSlowTheOther() throws IOException {
    links.apply(Map.of(A_B, OPEN.withBandwidth(1))); // 125 bytes a second
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      byte[] data = new byte[200_000];
      CompletableFuture<Void> sent = writeAside(far, data);
      assertThat(near.getInputStream().readNBytes(data.length)).hasSize(data.length);
      sent.join();
    }
  }

  @Test
  void megabyteArrivesUnchangedThroughDelayAndCap() throws IOException {
    LinkConditions slow =
        OPEN.withBandwidth(16_000).withDelay(Duration.ofMillis(1), Duration.ofMillis(20));
    links.apply(Map.of(A_B, slow, B_A, slow));
    byte[] data = new byte[1 << 20];
    new Random(3).nextBytes(data);
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      CompletableFuture<Void> sent = writeAside(near, data);
      CompletableFuture<Void> sentBack = writeAside(far, data);
      assertThat(far.getInputStream().readNBytes(data.length)).isEqualTo(data);
      assertThat(near.getInputStream().readNBytes(data.length)).isEqualTo(data);
      sent.join();
      sentBack.join();
    }
  }

  @Test
  void resetStrikesOldAndNewConnectionsUntilItIsLifted() throws IOException {
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      links.apply(Map.of(B_A, OPEN.withReset()));
      assertThat(isReset(near)).isTrue();
      assertThat(isReset(far)).isTrue();
    }
    try (Socket near = wire.dial()) {
      assertThat(isReset(near)).isTrue();
    }
    links.restore();
    try (Socket near = wire.dial()) {
      say(near, "whole");
      // Among those accepted are the ones that were reset.
      String heard = "";
      while (heard.isEmpty()) {
        try (Socket far = wire.accept()) {
          heard = hear(far, 5);
        } catch (SocketException e) {
          assertThat(e).hasMessageContaining("reset");
        }
      }
      assertThat(heard).isEqualTo("whole");
      assertThat(silent(near)).isFalse(); // far has closed, in order
      assertThat(near.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void slowReceiverHoldsTheSenderBack() throws IOException {
    try (SocketChannel near =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), wire.port()));
        Socket far = wire.accept()) {
      near.configureBlocking(false);
      long taken = 0;
      long limit = 64L << 20;
      long lastProgress = System.nanoTime();
      while (taken < limit && System.nanoTime() - lastProgress < Duration.ofMillis(500).toNanos()) {
        int count = near.write(ByteBuffer.allocate(1 << 20));
        taken += count;
        if (count > 0) {
          lastProgress = System.nanoTime();
        } else {
          Thread.onSpinWait();
        }
      }
      assertThat(taken).isPositive().isLessThan(limit);
      assertThat(far.getInputStream().readNBytes(1000)).hasSize(1000);
    }
  }

  @Test
  void closeLeavesNoPortAndNoThread() throws IOException {
    int port = wire.port();
    try (Socket near = wire.dial();
        Socket far = wire.accept()) {
      cutBothWays();
      links.close();
      links.close();
      assertThat(near.getInputStream().read()).isEqualTo(-1);
      assertThat(far.getInputStream().read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("evalctl-links");
  }

  private static CompletableFuture<Void> writeAside(Socket socket, byte[] data) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            socket.getOutputStream().write(data);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
