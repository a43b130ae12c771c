package io.evalctl.operator.runbook;

import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import io.evalctl.question.Standing;
import java.util.Map;
import java.util.Optional;

/** Asks one probe at its interval, on a thread of its own, and knows how it stands. Thread-safe. */
final class ProbeWatch {
  private final WatchedProbe probe;
  private final ProbeAsker asker;
  private final TimeSource time;
  private volatile Seen seen = new Seen(Standing.UNKNOWN, NodeLook.State.SERVING);

  private record Seen(Standing standing, NodeLook.State state) {}

  ProbeWatch(WatchedProbe probe, ProbeAsker asker, TimeSource time) {
    this.probe = probe;
    this.asker = asker;
    this.time = time;
  }

  /** Begins; ends with the program. */
  ProbeWatch start() {
    Thread thread = new Thread(this::askAgainAndAgain, "runbook-probe");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void askAgainAndAgain() {
    try {
      while (!Thread.interrupted()) {
        look();
        time.sleep(probe.interval());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks one after the other, until one gives a good answer. */
  void look() throws InterruptedException {
    long began = time.nanoTime();
    Answer answer = null;
    Optional<String> failure = Optional.of("nobody is asked");
    for (Ask ask : probe.asks()) {
      answer = asker.ask(ask, probe.timeout());
      failure = probe.question().failure(answer, Map.of());
      if (failure.isEmpty()) {
        break;
      }
    }
    Standing standing =
        seen.standing()
            .after(
                failure,
                answer instanceof Answer.Given,
                began,
                time.nanoTime(),
                probe.failures(),
                probe.successes());
    seen = new Seen(standing, standing.passing() ? NodeLook.State.SERVING : state(answer));
  }

  private NodeLook.State state(Answer answer) {
    if (answer instanceof Answer.Given) {
      return probe.question().ask() instanceof Ask.Exec
          ? NodeLook.State.FAILING
          : NodeLook.State.NOT_SERVING;
    }
    return answer instanceof Answer.Refused ? NodeLook.State.DOWN : NodeLook.State.SILENT;
  }

  boolean asked() {
    return seen.standing() != Standing.UNKNOWN;
  }

  /** What the node does, as far as this tells; serving as long as nobody was asked. */
  NodeLook.State state() {
    return seen.state();
  }

  /** Why it does not pass; empty when it does. */
  String reason() {
    return asked() ? seen.standing().reason() : "";
  }
}
