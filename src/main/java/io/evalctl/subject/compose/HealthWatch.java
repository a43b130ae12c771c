package io.evalctl.subject.compose;

import io.evalctl.clock.TimeSource;
import io.evalctl.question.Standing;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.compose.SubjectDefinition.NodeDefinition;
import io.evalctl.subject.compose.SubjectDefinition.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks at a subject in the background, each probe at its own interval. {@link #sample} only reads
 * what was seen last, and so never waits for a node. Thread-safe.
 */
final class HealthWatch implements AutoCloseable {
  static final Duration CONTAINER_INTERVAL = Duration.ofMillis(200);

  /** As for a probe that nobody answers. */
  private static final Duration CONTAINER_FRESHNESS = Duration.ofSeconds(3);

  private record Containers(List<ContainerLook> looks, long seenNanos) {}

  private final SubjectDefinition subject;
  private final Supplier<List<ContainerLook>> engine;
  private final TimeSource time;
  private final Map<String, List<ProbeLoop>> probes = new LinkedHashMap<>();
  private final Map<String, ProbeLoop> leads = new LinkedHashMap<>();
  private final List<ProbeLoop> cluster = new ArrayList<>();
  private final List<ProbeLoop> all = new ArrayList<>();
  private final ScheduledExecutorService timer = daemon("evalctl-probes");
  private final ScheduledExecutorService engineTimer = daemon("evalctl-containers");
  private volatile Containers containers;

  /**
   * Begins to look.
   *
   * @param engine lists the project's containers; may block or fail
   */
  HealthWatch(
      SubjectDefinition subject,
      Asker asker,
      Supplier<List<ContainerLook>> engine,
      TimeSource time) {
    this.subject = subject;
    this.engine = engine;
    this.time = time;
    for (NodeDefinition node : subject.nodes()) {
      List<ProbeLoop> own = new ArrayList<>();
      for (Probe probe : subject.probes()) {
        if (probe.nodes().contains(node.name())) {
          own.add(new ProbeLoop(probe, node.name(), asker, time));
        }
      }
      probes.put(node.name(), own);
      all.addAll(own);
      if (subject.leader() != null && subject.leader().nodes().contains(node.name())) {
        ProbeLoop loop = new ProbeLoop(subject.leader(), node.name(), asker, time);
        leads.put(node.name(), loop);
        all.add(loop);
      }
    }
    subject.clusterProbes().forEach(probe -> cluster.add(new ProbeLoop(probe, "", asker, time)));
    all.addAll(cluster);
    for (ProbeLoop loop : all) {
      timer.scheduleAtFixedRate(
          loop::look, 0, loop.probe().interval().toNanos(), TimeUnit.NANOSECONDS);
    }
    engineTimer.scheduleWithFixedDelay(
        this::lookAtContainers, 0, CONTAINER_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static ScheduledExecutorService daemon(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  private void lookAtContainers() {
    try {
      long began = time.nanoTime();
      containers = new Containers(engine.get(), began);
    } catch (RuntimeException e) {
      // What was seen before holds for a while; then it is too old.
    }
  }

  /** Which probes take longer than their interval, a line each. */
  List<String> slowness() {
    return all.stream().flatMap(loop -> loop.slowness().stream()).toList();
  }

  /** What was seen last. */
  HealthSample sample() {
    long now = time.nanoTime();
    Containers seen = containers;
    boolean engineSeen = seen != null && now - seen.seenNanos() <= CONTAINER_FRESHNESS.toNanos();
    List<ContainerLook> looks = seen == null ? List.of() : seen.looks();
    Map<String, HealthRule.Sight> sights = new LinkedHashMap<>();
    for (NodeDefinition node : subject.nodes()) {
      sights.put(
          node.name(),
          new HealthRule.Sight(
              looks.stream().filter(look -> look.service().equals(node.service())).findFirst(),
              probes.get(node.name()).stream().map(loop -> loop.standing(now)).toList(),
              Optional.ofNullable(leads.get(node.name())).map(loop -> loop.standing(now))));
    }
    Map<String, Standing> whole = new LinkedHashMap<>();
    cluster.forEach(loop -> whole.put(loop.probe().name(), loop.standing(now)));
    long asOf = engineSeen ? seen.seenNanos() : now;
    return HealthRule.judge(now, asOf, sights, engineSeen, others(looks), whole);
  }

  /** Whatever is no node must run as well, or have done its work. */
  private List<String> others(List<ContainerLook> looks) {
    Set<String> services =
        subject.nodes().stream().map(NodeDefinition::service).collect(Collectors.toSet());
    return looks.stream()
        .filter(look -> !services.contains(look.service()))
        .filter(look -> look.state() != ContainerLook.State.RUNNING && !look.succeeded())
        .map(look -> "container %s does not run (%s)".formatted(look.name(), look.status()))
        .toList();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    engineTimer.shutdownNow();
  }
}
