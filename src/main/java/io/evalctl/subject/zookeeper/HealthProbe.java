package io.evalctl.subject.zookeeper;

import io.evalctl.clock.TimeSource;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at every node at its own port, past all links. A look takes {@link #PATIENCE} at most. A
 * server that has not answered by then is not asked again; its answer counts in a later look, and
 * its last state holds until it has owed an answer for {@link #OVERDUE}. What is measured is the
 * time it owes, not the age of its state: on a busy machine an answer may be late, also the first
 * one after nobody had looked for a while. Thread-safe; two callers at a time wait for each other.
 */
final class HealthProbe implements AutoCloseable {
  /** So short that even two looks one after the other keep the promise of 100 ms. */
  private static final Duration PATIENCE = Duration.ofMillis(40);

  /**
   * A node that has owed its answer for longer is unresponsive. On a busy machine a JVM that is
   * well may be silent for some hundred milliseconds; to take that for a failure would make a true
   * claim false.
   */
  static final Duration OVERDUE = Duration.ofSeconds(1);

  /** After that a question is taken to be lost, and asked again. */
  private static final Duration LOST = Duration.ofSeconds(1);

  private final TimeSource time;
  private final ExchangeLoop loop;
  private final Map<String, View> views = new LinkedHashMap<>();

  HealthProbe(EnsembleHome home, Map<String, Integer> ports, TimeSource time) {
    this.time = time;
    this.loop = new ExchangeLoop(time);
    for (NodeHome node : home.nodes()) {
      views.put(node.name(), new View(node, ports.get(node.name())));
    }
  }

  synchronized HealthSample sample() {
    long begin = time.nanoTime();
    views.values().forEach(view -> view.ask(begin));
    loop.run(questions(), PATIENCE);
    views.values().forEach(View::askAgainIfBroken);
    loop.run(questions(), PATIENCE.dividedBy(4));
    long now = time.nanoTime();
    Map<String, HealthRule.Sighting> sightings = new LinkedHashMap<>();
    views.forEach((name, view) -> sightings.put(name, view.look(now)));
    long asOf = views.values().stream().mapToLong(view -> view.asOf).reduce(begin, Math::min);
    return HealthRule.judge(begin, asOf, sightings);
  }

  private List<Exchange> questions() {
    return views.values().stream().map(view -> view.question).toList();
  }

  @Override
  public synchronized void close() {
    views.values().forEach(View::close);
    loop.close();
  }

  /** What is known of one node. */
  private final class View {
    private final NodeHome node;
    private final int port;
    private Exchange question;
    private long askedAt;
    private boolean owes;
    private NodeHealth known = new NodeHealth(Status.UNRESPONSIVE, "", "not seen yet");
    private long owedSince;

    /** When the question was asked, or the look was taken, that told what is known. */
    private long asOf = Long.MIN_VALUE;

    View(NodeHome node, int port) {
      this.node = node;
      this.port = port;
    }

    void ask(long now) {
      if (question != null && now - askedAt > LOST.toNanos()) {
        close();
      }
      if (question == null) {
        question = loop.begin(port, "srvr");
        askedAt = now;
      }
    }

    /** A server that ends breaks its connections: what is there now, an answer or nobody? */
    void askAgainIfBroken() {
      if (question.state() == Exchange.State.BROKEN) {
        close();
        ask(time.nanoTime());
      }
    }

    HealthRule.Sighting look(long now) {
      Optional<NodeHealth> seen = seen();
      if (seen.isPresent()) {
        known = seen.get();
        asOf = askedAt;
        owes = false;
        close();
      } else if (!owes) {
        owes = true;
        owedSince = now;
      } else if (now - owedSince > OVERDUE.toNanos()) {
        known = new NodeHealth(Status.UNRESPONSIVE, "", "no answer");
        asOf = now;
      }
      return new HealthRule.Sighting(
          known, known.status() == Status.SERVING ? node.currentEpoch() : OptionalLong.empty());
    }

    private Optional<NodeHealth> seen() {
      return switch (question.state()) {
        // No answer is news only where there is nobody left to give one.
        case PENDING, BROKEN ->
            gone() ? Optional.of(new NodeHealth(Status.DOWN, "", "")) : Optional.empty();
        case REFUSED -> Optional.of(new NodeHealth(Status.DOWN, "", ""));
        case ANSWERED ->
            Optional.of(
                ServerStatus.parse(question.answer())
                    .map(status -> new NodeHealth(Status.SERVING, status.mode(), ""))
                    .orElse(new NodeHealth(Status.NOT_SERVING, "", "no quorum")));
      };
    }

    private boolean gone() {
      return Files.exists(node.pidFile()) && node.process().isEmpty();
    }

    void close() {
      if (question != null) {
        question.close();
        question = null;
      }
    }
  }
}
