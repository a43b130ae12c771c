package io.evalctl.subject.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.NotFoundException;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** A subject on the real engine, with the locally built images. */
final class EtcdBench implements AutoCloseable {
  static final TimeSource TIME = TimeSource.system();
  static final String IMAGE = "evalctl-etcd:local";
  private static final String REDIS_IMAGE = "evalctl-redis:local";

  final String runId = "t" + UUID.randomUUID().toString().substring(0, 7);
  final Path home;
  final Path registry;
  final ComposeSubject subject;

  private EtcdBench(Path directory, SubjectDefinition definition, boolean keepHome) {
    this.home = directory.resolve("home-" + runId);
    this.registry = directory.resolve("runs");
    this.subject =
        ComposeSubject.open(
            new ComposeOptions(definition, home, keepHome, runId, registry, environment(), ""),
            TIME,
            opened -> new NoFaults());
  }

  static EtcdBench etcd(Path directory) {
    return of(directory, ShippedSubjects.shipped("etcd"), false);
  }

  static EtcdBench redis(Path directory) {
    assumeEngine(REDIS_IMAGE, "scripts/redis-image");
    return new EtcdBench(directory, ShippedSubjects.shipped("redis"), false);
  }

  static EtcdBench of(Path directory, SubjectDefinition definition, boolean keepHome) {
    assumeEngine();
    return new EtcdBench(directory, definition, keepHome);
  }

  static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("EVALCTL_ETCD_IMAGE", IMAGE);
    environment.put("EVALCTL_REDIS_IMAGE", REDIS_IMAGE);
    return environment;
  }

  static void assumeCompose() {
    Assumptions.assumeTrue(
        ComposeProgram.find(System.getenv(), TIME).isPresent(), "there is no Docker Compose");
  }

  /** Skips the test, with the reason, where something that it needs is missing. */
  static void assumeEngine() {
    assumeEngine(IMAGE, "scripts/etcd-image");
  }

  private static void assumeEngine(String image, String script) {
    assumeCompose();
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      engine.client().inspectImageCmd(image).exec();
    } catch (EvalctlException e) {
      Assumptions.abort(e.getMessage());
    } catch (NotFoundException e) {
      Assumptions.abort("there is no image " + image + "; " + script + " builds it");
    }
  }

  EtcdBench start() {
    subject.reset();
    subject.waitHealthy(soon());
    return this;
  }

  String container(String node) {
    return subject.containers().get(node);
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60), TIME);
  }

  static void await(String what, BooleanSupplier condition) {
    Waiter.until(what, soon(), Duration.ofMillis(20), condition);
  }

  /** What the engine holds of the run. */
  List<String> remains() {
    try (DockerEngine engine = DockerEngine.connect(System.getenv())) {
      return new ProjectResources(engine, ComposeProject.nameOf(runId)).list();
    }
  }

  @Override
  public void close() {
    subject.close();
    assertThat(remains()).as("what is left of " + runId).isEmpty();
    assertThat(ProjectOwner.entry(registry, runId)).doesNotExist();
    assertThat(home).doesNotExist();
  }
}
