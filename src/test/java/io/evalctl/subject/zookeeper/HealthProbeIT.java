package io.evalctl.subject.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.clock.TimeSource;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A probe, and a port that behaves as the test says. */
class HealthProbeIT {
  private enum Manner {
    HOLD,
    BREAK,
    ANSWER
  }

  private final ShiftedTime time = new ShiftedTime();
  private ServerSocket server;
  private HealthProbe probe;
  private final Queue<Socket> held = new ConcurrentLinkedQueue<>();
  private volatile Manner manner = Manner.HOLD;
  private volatile String answer = "Zxid: 0x1\nMode: follower\nNode count: 5\n";

  /** The machine's clock, which the test can set forward. */
  private static final class ShiftedTime implements TimeSource {
    private long shift;

    void forward(Duration length) {
      shift += length.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime() + shift;
    }

    @Override
    public void sleep(Duration duration) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    probe =
        new HealthProbe(
            EnsembleHome.of(Path.of("/nowhere"), 1), Map.of("zk1", server.getLocalPort()), time);
    Thread thread = new Thread(this::serve, "four-letter-words");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void close() throws IOException {
    probe.close();
    server.close();
    for (Socket socket : held) {
      socket.close();
    }
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        switch (manner) {
          case HOLD -> held.add(socket);
          case BREAK -> socket.close();
          case ANSWER -> answer(socket);
        }
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private void answer(Socket socket) throws IOException {
    try (socket) {
      socket.getInputStream().readNBytes(4);
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private Status look() {
    return probe.sample().nodes().get("zk1").status();
  }

  private void becomeKnownAs(Status status) {
    manner = Manner.ANSWER;
    TestEnsemble.await("the answer", () -> look() == status);
    manner = Manner.HOLD;
  }

  @Test
  void knowsNothingOfANodeThatHasNeverAnswered() {
    assertThat(look()).isEqualTo(Status.UNRESPONSIVE);
  }

  @Test
  void knowsAServerWithoutQuorum() {
    answer = "This ZooKeeper instance is not currently serving requests";
    becomeKnownAs(Status.NOT_SERVING);
  }

  @Test
  void doesNotTakeANodeForUnresponsiveBecauseNobodyHasLooked() {
    becomeKnownAs(Status.SERVING);
    time.forward(Duration.ofSeconds(5));
    assertThat(look()).isEqualTo(Status.SERVING);
  }

  /** Its last state holds, but only what was asked before the silence is known. */
  @Test
  void tellsUpToWhenItKnowsOfANodeThatOwesItsAnswer() {
    becomeKnownAs(Status.SERVING);
    long silent = time.nanoTime();
    HealthSample owed = probe.sample();
    assertThat(owed.nodes().get("zk1").status()).isEqualTo(Status.SERVING);
    assertThat(owed.asOfNanos()).isLessThanOrEqualTo(silent);
    time.forward(HealthProbe.OVERDUE.dividedBy(2));
    assertThat(probe.sample().asOfNanos()).isEqualTo(owed.asOfNanos());

    // It is asked again when the first question counts as lost.
    manner = Manner.ANSWER;
    time.forward(Duration.ofSeconds(1));
    TestEnsemble.await("the answer", () -> probe.sample().asOfNanos() > silent);
  }

  @Test
  void takesANodeForUnresponsiveThatOwesItsAnswerTooLong() {
    becomeKnownAs(Status.SERVING);
    look();
    time.forward(HealthProbe.OVERDUE.plusMillis(1));
    assertThat(look()).isEqualTo(Status.UNRESPONSIVE);
    time.forward(Duration.ofSeconds(2));
    assertThat(look()).isEqualTo(Status.UNRESPONSIVE);
    becomeKnownAs(Status.SERVING);
  }

  @Test
  void takesANodeForUnresponsiveThatBreaksEveryConnection() {
    becomeKnownAs(Status.SERVING);
    manner = Manner.BREAK;
    look();
    time.forward(HealthProbe.OVERDUE.plusMillis(1));
    assertThat(look()).isEqualTo(Status.UNRESPONSIVE);
  }

  @Test
  void seesThatNobodyListens() throws IOException {
    becomeKnownAs(Status.SERVING);
    server.close();
    TestEnsemble.await("the refusal", () -> look() == Status.DOWN);
  }
}
