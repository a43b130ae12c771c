package io.evalctl.campaign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.Json;
import io.evalctl.subject.Canary;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.LedgerCheck;
import io.evalctl.subject.NodeHealth;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Watches the subject for one trial: the health of every node at a fixed rate, and a canary. Every
 * change of a node's health goes into the timeline.
 */
final class Recorder implements AutoCloseable {
  static final Duration SAMPLE_INTERVAL = Duration.ofMillis(100);

  private final EvalSubject subject;
  private final Timeline timeline;
  private final TimeSource time;
  private final HealthHistory history = new HealthHistory();
  private final Map<String, NodeHealth> last = new HashMap<>();
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "health-sampler");
            thread.setDaemon(true);
            return thread;
          });
  private final Canary canary;
  private volatile RuntimeException failure;
  private final Map<String, Long> lastStopped = new HashMap<>();
  private volatile Supplier<Set<String>> stopped = Set::of;

  Recorder(EvalSubject subject, Timeline timeline, TimeSource time) {
    this.subject = subject;
    this.timeline = timeline;
    this.time = time;
    this.canary = subject.openCanary(history::add);
  }

  HealthHistory history() {
    return history;
  }

  /** Has it told which nodes' processes a fault has stopped; no look at a node may find that. */
  void ask(Supplier<Set<String>> stoppedNodes) {
    stopped = stoppedNodes;
  }

  /** Begins, and waits until the canary reads and writes. */
  void start(Deadline deadline) {
    sampler.scheduleAtFixedRate(this::sample, 0, SAMPLE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    canary.start();
    if (!Waiter.reached(
        "the canary", deadline, Duration.ofMillis(10), () -> history.canaryWorks())) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_UNHEALTHY,
          "%s is healthy, but the canary could not read and write within %.0fs"
              .formatted(subject.name(), deadline.length().toMillis() / 1e3),
          null);
    }
  }

  /** Ends the canary and reads its acknowledged writes back. Health goes on being sampled. */
  LedgerCheck readBack(Deadline deadline) {
    canary.stop(deadline);
    history.canaryEnded();
    return canary.verify(deadline);
  }

  @Override
  public void close() {
    sampler.shutdownNow();
    canary.close();
    try {
      sampler.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @throws EvalctlException INTERNAL_ERROR when sampling broke off: what was recorded proves
   *     nothing
   */
  void check() {
    if (failure != null) {
      throw new EvalctlException(
          ErrorCode.INTERNAL_ERROR, "the recorder failed: " + failure, null, failure);
    }
  }

  private void sample() {
    try {
      long now = time.nanoTime();
      Set<String> silent = new HashSet<>(stopped.get());
      silent.forEach(node -> lastStopped.put(node, now));
      HealthSample sample = subject.health();
      // What a sample rests on may be older than the stop: of such a node it tells nothing yet.
      lastStopped.forEach(
          (node, at) -> {
            if (sample.asOfNanos() - at <= 0) {
              silent.add(node);
            }
          });
      record(sample.withStopped(silent));
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  private void record(HealthSample sample) {
    history.add(sample);
    sample
        .nodes()
        .forEach(
            (node, health) -> {
              NodeHealth before = last.put(node, health);
              if (before == null
                  || before.status() != health.status()
                  || !before.role().equals(health.role())) {
                timeline.add("node-health", sample.nanoTime(), detail(node, health));
              }
            });
  }

  private static ObjectNode detail(String node, NodeHealth health) {
    ObjectNode detail = Json.object();
    detail.put("node", node);
    detail.put(
        "status", health.status().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    detail.put("role", health.role());
    detail.put("detail", health.detail());
    return detail;
  }
}
