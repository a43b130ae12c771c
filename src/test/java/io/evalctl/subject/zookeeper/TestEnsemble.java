package io.evalctl.subject.zookeeper;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.zookeeper.link.LinkFabric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A real ensemble in a scratch directory, and how tests wait for what they expect of it. */
final class TestEnsemble implements AutoCloseable {
  static final TimeSource TIME = TimeSource.system();
  private static final AtomicInteger COUNT = new AtomicInteger();

  final String runId = newRunId();
  final Path home;
  final Path registry;
  final ZookeeperSubject subject;

  private TestEnsemble(Path scratch, int nodes, LinkFabric links) {
    this.home = scratch.resolve("a home");
    this.registry = scratch.resolve("registry");
    this.subject =
        PackagedNodes.open(
            new ZookeeperOptions(nodes, home, false, runId, registry), links, TIME, it -> null);
  }

  static TestEnsemble open(Path scratch) {
    return open(scratch, 3, new DirectLinks());
  }

  static TestEnsemble open(Path scratch, int nodes, LinkFabric links) {
    return new TestEnsemble(scratch, nodes, links);
  }

  static String newRunId() {
    return "test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
  }

  /** Enough for anything on a busy machine. */
  static Deadline patience() {
    return Deadline.in(Duration.ofSeconds(60), TIME);
  }

  static void await(String what, java.util.function.BooleanSupplier condition) {
    Waiter.until(what, patience(), Duration.ofMillis(20), condition);
  }

  TestEnsemble boot() {
    subject.reset();
    subject.waitHealthy(patience());
    return this;
  }

  HealthSample awaitHealth(String what, Predicate<HealthSample> expected) {
    HealthSample[] seen = new HealthSample[1];
    await(
        what,
        () -> {
          seen[0] = subject.health();
          return expected.test(seen[0]);
        });
    return seen[0];
  }

  void awaitStatus(String node, Status status) {
    awaitHealth(node + " to be " + status, it -> it.nodes().get(node).status() == status);
  }

  String leader() {
    return inRole("leader").get(0);
  }

  List<String> followers() {
    return inRole("follower");
  }

  private List<String> inRole(String role) {
    HealthSample sample = awaitHealth("health", HealthSample::healthy);
    return subject.nodes().stream()
        .filter(node -> sample.nodes().get(node).role().equals(role))
        .toList();
  }

  NodeHome node(String name) {
    return subject.home().node(name);
  }

  ProcessIdentity process(String name) {
    return node(name).process().orElseThrow();
  }

  List<ProcessIdentity> processes() {
    return MarkedProcesses.find(EnsembleOwner.MARKER, runId);
  }

  @Override
  public void close() {
    subject.close();
  }
}
