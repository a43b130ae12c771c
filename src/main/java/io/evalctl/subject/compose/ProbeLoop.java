package io.evalctl.subject.compose;

import io.evalctl.clock.Durations;
import io.evalctl.clock.TimeSource;
import io.evalctl.question.Answer;
import io.evalctl.question.Ask;
import io.evalctl.question.Standing;
import io.evalctl.subject.compose.SubjectDefinition.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One probe of one node, or of the whole, asked at its interval whether or not earlier looks are
 * still without an answer: a look that hangs on a container that is just starting must not hide for
 * its whole timeout that the container serves. The look that began last counts. Programs in
 * containers are run one at a time, since each costs the subject something.
 */
final class ProbeLoop {
  /** A busy machine may be late by that without anything being wrong. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Looks of one probe that may be without an answer at the same time. */
  private static final int MOST_AT_ONCE = 16;

  /** Good answers that the time they take is judged by. */
  private static final int FEW = 2;

  private static final int MANY = 16;

  private record Look(long number, long began) {}

  private final Probe probe;
  private final List<String> askees;
  private final Map<String, String> variables;
  private final Asker asker;
  private final TimeSource time;
  private final int mostAtOnce;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong begun = new AtomicLong();
  private long newest;
  private int timed;
  private int late;
  private Duration longest = Duration.ZERO;
  private volatile Standing standing = Standing.UNKNOWN;

  /**
   * @param node whom it is about; empty for the whole
   */
  ProbeLoop(Probe probe, String node, Asker asker, TimeSource time) {
    this.probe = probe;
    this.askees = probe.askees(node);
    this.variables = Map.of("node", node);
    this.asker = asker;
    this.time = time;
    this.mostAtOnce = probe.question().ask() instanceof Ask.Exec ? 1 : MOST_AT_ONCE;
  }

  Probe probe() {
    return probe;
  }

  /** How it stands now; a look that is overdue counts as failing. */
  Standing standing(long now) {
    Duration freshness =
        probe.interval().plus(probe.timeout().multipliedBy(askees.size())).plus(GRACE);
    return standing.asOf(now, freshness);
  }

  /** Begins a look, unless too many are under way. */
  void look() {
    if (underWay.incrementAndGet() > mostAtOnce) {
      underWay.decrementAndGet();
    } else {
      ask(new Look(begun.incrementAndGet(), time.nanoTime()), 0);
    }
  }

  /** Asks one after the other, until one gives a good answer. */
  private void ask(Look look, int turn) {
    try {
      asker
          .ask(askees.get(turn), probe.question().ask(), variables, probe.timeout())
          .thenAccept(answer -> take(look, turn, answer))
          .exceptionally(
              error -> {
                record(look, Optional.of("cannot be asked: " + error), false);
                return null;
              });
    } catch (RuntimeException e) {
      // closed
      record(look, Optional.of("cannot be asked: " + e), false);
    }
  }

  private void take(Look look, int turn, Answer answer) {
    Optional<String> failure = probe.question().failure(answer, variables);
    if (failure.isPresent() && turn + 1 < askees.size()) {
      ask(look, turn + 1);
    } else {
      record(look, failure, answer instanceof Answer.Given);
    }
  }

  private synchronized void record(Look look, Optional<String> failure, boolean answered) {
    underWay.decrementAndGet();
    if (failure.isEmpty()) {
      time(Duration.ofNanos(time.nanoTime() - look.began()));
    }
    if (look.number() > newest) {
      newest = look.number();
      standing =
          standing.after(
              failure,
              answered,
              look.began(),
              time.nanoTime(),
              probe.failures(),
              probe.successes());
    }
  }

  private void time(Duration taken) {
    if (timed == MANY) {
      timed /= 2;
      late /= 2;
      longest = Duration.ZERO;
    }
    timed++;
    if (taken.compareTo(probe.interval()) > 0) {
      late++;
      longest = taken.compareTo(longest) > 0 ? taken : longest;
    }
  }

  /** Says so when good answers mostly take longer than the interval lately. */
  synchronized Optional<String> slowness() {
    return timed < FEW || 2 * late <= timed
        ? Optional.empty()
        : Optional.of(
            "probe %s of %s takes up to %.1fs, longer than its interval of %s: give it a longer one, or a cheaper question"
                .formatted(
                    probe.name(),
                    variables.get("node").isEmpty() ? "the whole" : variables.get("node"),
                    longest.toMillis() / 1e3,
                    Durations.format(probe.interval())));
  }
}
