package io.evalctl.subject.zookeeper.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryOperation;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.zookeeper.NodeCommand;
import io.evalctl.subject.zookeeper.NodeHome;
import io.evalctl.subject.zookeeper.PackagedNodes;
import io.evalctl.subject.zookeeper.ZookeeperOptions;
import io.evalctl.subject.zookeeper.ZookeeperSubject;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A real ensemble with its faults, and how tests make, watch and undo them. */
final class FaultedEnsemble implements AutoCloseable {
  static final TimeSource TIME = TimeSource.system();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();

  final Path backups;
  final ProxiedLinks links = new ProxiedLinks(TIME, new SplittableRandom(1));
  final ZookeeperSubject subject;
  final NodeCommand command;

  private FaultedEnsemble(Path scratch, int nodes) {
    backups = scratch.resolve("backups");
    subject =
        PackagedNodes.open(
            new ZookeeperOptions(
                nodes,
                scratch.resolve("home"),
                false,
                "fault-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet(),
                scratch.resolve("registry")),
            links,
            TIME,
            it -> faults(it));
    command = new NodeCommand(subject.home());
  }

  private ZookeeperFaults faults(ZookeeperSubject of) {
    return new ZookeeperFaults(of.home(), links, backups, of::health, TIME);
  }

  /** Boots it. */
  static FaultedEnsemble of(Path scratch, int nodes) {
    FaultedEnsemble ensemble = new FaultedEnsemble(scratch, nodes);
    try {
      ensemble.subject.reset();
      ensemble.awaitHealthy();
      return ensemble;
    } catch (RuntimeException e) {
      ensemble.close();
      throw e;
    }
  }

  void awaitHealthy() {
    subject.waitHealthy(Deadline.in(PATIENCE, TIME));
  }

  /** After each test. When it is not whole, that is the test's failure, and no later one's. */
  void checkWhole() {
    try {
      awaitHealthy();
    } catch (RuntimeException e) {
      links.restore();
      subject.reset();
      throw e;
    }
  }

  static void await(String what, BooleanSupplier condition) {
    Waiter.until(what, Deadline.in(PATIENCE, TIME), Duration.ofMillis(20), condition);
  }

  void awaitHealth(String what, Predicate<HealthSample> condition) {
    await(what, () -> condition.test(subject.health()));
  }

  /** Another node than this leads. */
  void awaitOtherLeader(String than) {
    awaitHealth(
        "another leader than " + than,
        sample ->
            sample.nodes().entrySet().stream()
                .anyMatch(
                    node ->
                        !node.getKey().equals(than)
                            && node.getValue().status() == Status.SERVING
                            && node.getValue().role().equals("leader")));
  }

  boolean serves(String node) {
    return subject.health().nodes().get(node).status() == Status.SERVING;
  }

  NodeHome home(String node) {
    return subject.home().node(node);
  }

  /** Gives every node a transaction log. */
  void write() {
    AtomicInteger written = new AtomicInteger();
    try (Canary canary =
        subject.openCanary(
            operation -> {
              if (operation.kind() == CanaryOperation.Kind.WRITE
                  && operation.result() == CanaryOperation.Result.OK) {
                written.incrementAndGet();
              }
            })) {
      canary.start();
      await("ten writes", () -> written.get() >= 10);
      canary.stop(Deadline.in(PATIENCE, TIME));
    }
  }

  FaultPlan plan(ChaosType type, String target, Map<String, String> parameters, long seed) {
    return subject
        .faults()
        .plan(new FaultRequest(type, target, parameters), new SplittableRandom(seed));
  }

  FaultPlan plan(ChaosType type, String target) {
    return plan(type, target, Map.of(), 1);
  }

  /** Makes the fault and waits for its witness. */
  FaultPlan strike(FaultPlan plan) {
    assertThat(visible(plan)).as("seen before it is there").isFalse();
    subject.faults().inject(plan);
    Waiter.until(
        "the witness of " + plan,
        Deadline.in(subject.faults().witnessDeadline(plan.type()), TIME),
        Duration.ofMillis(5),
        () -> visible(plan));
    return plan;
  }

  boolean visible(FaultPlan plan) {
    return subject.faults().visible(plan);
  }

  boolean gone(FaultPlan plan) {
    return subject.faults().gone(plan.type(), plan.metadata());
  }

  /** Undoes it as another process would, with nothing but the metadata, and waits for the end. */
  void undo(FaultPlan plan) {
    ZookeeperFaults others = faults(subject);
    JsonNode metadata = copy(plan.metadata());
    others.undo(plan.type(), metadata);
    Waiter.until(
        "the end of " + plan,
        Deadline.in(others.witnessDeadline(plan.type()), TIME),
        Duration.ofMillis(5),
        () -> others.gone(plan.type(), metadata));
  }

  private static JsonNode copy(JsonNode metadata) {
    try {
      return JSON.readTree(metadata.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      subject.close();
    } finally {
      links.close();
    }
  }
}
