package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.chaos.FaultInjector;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.Canary;
import io.evalctl.subject.CanaryListener;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.HealthySpell;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.NodeHealth.Status;
import io.evalctl.subject.compose.fault.SharedNamespaces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Docker Compose project as a subject. Each run has a project of its own, {@code evalctl-RUNID},
 * with its own ports on 127.0.0.1, so that several can be there side by side.
 *
 * <p>Over 300 lines, since it is one answer for each question of {@link EvalSubject} and hands the
 * work to the classes beside it.
 */
public final class ComposeSubject implements EvalSubject {
  private static final Duration SETTLED = Duration.ofMillis(500);
  private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(50);
  private static final String NEVER_STARTED = "not started";

  private final ComposeOptions options;
  private final SubjectDefinition definition;
  private final ProjectClaim claim;
  private final ComposeProgram program;
  private final DockerEngine engine;
  private final ComposeProject project;
  private final Map<String, String> containers;
  private final NodeAsker asker;
  private final OperatorGuide guide;
  private final TimeSource time;
  private final FaultInjector faults;
  private volatile HealthWatch watch;
  private boolean closed;

  private ComposeSubject(
      ComposeOptions options,
      ProjectClaim claim,
      ComposeProgram program,
      DockerEngine engine,
      ComposeProject project,
      TimeSource time,
      Function<ComposeSubject, FaultInjector> faults) {
    this.options = options;
    this.definition = options.subject();
    this.claim = claim;
    this.program = program;
    this.engine = engine;
    this.project = project;
    this.containers = ComposeProject.containerNames(definition, project.name());
    this.asker = new NodeAsker(addresses(claim), new ContainerExec(engine, containers));
    this.guide =
        new OperatorGuide(definition, project.name(), options.home(), containers, claim.ports());
    this.time = time;
    this.faults = faults.apply(this);
  }

  /**
   * Finds Compose and the engine, takes ports and the home directory, and goes on record. No
   * container is there before {@link #reset}.
   *
   * @param faults makes the subject's fault injector, which may ask the subject for its project,
   *     its containers, its engine and its health
   * @throws EvalctlException SUBJECT_START, DOCKER_UNREACHABLE, INVALID_INPUT, FILE_UNWRITABLE or
   *     PORT_TAKEN; nothing is then left
   */
  public static ComposeSubject open(
      ComposeOptions options, TimeSource time, Function<ComposeSubject, FaultInjector> faults) {
    ComposeProgram program = ComposeProgram.require(options.environment(), time);
    DockerEngine engine = DockerEngine.connect(options.environment());
    ProjectClaim claim = null;
    try {
      claim = ProjectClaim.take(options, time);
      String name = ComposeProject.nameOf(options.runId());
      ComposeProject project =
          ComposeProject.prepare(
              options.subject(),
              name,
              options.home(),
              claim.published(),
              claim.labels(),
              program,
              new ProjectResources(engine, name),
              engine.environment(options.environment()),
              time);
      ComposeSubject subject =
          new ComposeSubject(options, claim, program, engine, project, time, faults);
      subject.writeGuide();
      return subject;
    } catch (RuntimeException e) {
      if (claim != null) {
        claim.release(false);
      }
      engine.close();
      throw e;
    }
  }

  private static Map<String, Map<String, InetSocketAddress>> addresses(ProjectClaim claim) {
    Map<String, Map<String, InetSocketAddress>> addresses = new LinkedHashMap<>();
    claim
        .ports()
        .forEach(
            (node, ports) -> {
              Map<String, InetSocketAddress> own = new LinkedHashMap<>();
              ports.forEach(
                  (name, port) -> own.put(name, new InetSocketAddress("127.0.0.1", port)));
              addresses.put(node, own);
            });
    return addresses;
  }

  private void writeGuide() {
    try {
      Files.writeString(guide.context(), guide.text());
      Files.writeString(guide.description(), guide.json().toPrettyString() + "\n");
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE, "cannot write into " + options.home() + ": " + e, null, e);
    }
  }

  @Override
  public String name() {
    return definition.name();
  }

  @Override
  public List<String> nodes() {
    return definition.nodeNames();
  }

  /** The name of its Compose project. */
  public String project() {
    return project.name();
  }

  /** The container's name for each node, in the nodes' order; there may be none just now. */
  public Map<String, String> containers() {
    return containers;
  }

  /** Which of its nodes share namespaces with others. */
  public SharedNamespaces namespaces() {
    return project.namespaces();
  }

  /** The engine that runs it; closed with the subject. */
  public DockerEngine engine() {
    return engine;
  }

  /** How it was described. */
  public SubjectDefinition definition() {
    return definition;
  }

  /** The node that says it leads, when exactly one does. */
  public Optional<String> leader() {
    List<String> leaders =
        health().nodes().entrySet().stream()
            .filter(entry -> entry.getValue().role().equals("leader"))
            .map(Map.Entry::getKey)
            .toList();
    return leaders.size() == 1 ? Optional.of(leaders.get(0)) : Optional.empty();
  }

  @Override
  public void reset() {
    stopWatching();
    project.down();
    project.up();
    // What the old one remembers is of the containers that were.
    watch = new HealthWatch(definition, asker, project.resources()::containers, time);
  }

  private void stopWatching() {
    HealthWatch old = watch;
    watch = null;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void waitHealthy(Deadline deadline) {
    HealthySpell spell = new HealthySpell(SETTLED);
    if (!Waiter.reached(
        "a healthy " + name(), deadline, SAMPLE_INTERVAL, () -> spell.reachedWith(health()))) {
      throw unhealthy(spell.last(), deadline);
    }
  }

  private EvalctlException unhealthy(HealthSample last, Deadline deadline) {
    String message =
        "%s was not healthy for %.1fs within %.1fs: %s"
            .formatted(
                name(),
                SETTLED.toMillis() / 1e3,
                deadline.length().toMillis() / 1e3,
                last.healthy() ? "healthy only at the end" : last.reason());
    return new EvalctlException(
        ErrorCode.SUBJECT_UNHEALTHY,
        Stream.concat(
                Stream.of(message + new ContainerLogs(engine).lastWords(last, containers)),
                warnings().stream())
            .collect(Collectors.joining("; ")),
        "--keep-subject keeps the containers' logs; --health-timeout gives it more time");
  }

  /** {@inheritDoc} Those of its probes that take longer than their interval. */
  @Override
  public List<String> warnings() {
    HealthWatch watching = watch;
    return watching == null ? List.of() : watching.slowness();
  }

  @Override
  public HealthSample health() {
    HealthWatch watching = watch;
    if (watching != null) {
      return watching.sample();
    }
    Map<String, NodeHealth> nodes = new LinkedHashMap<>();
    nodes().forEach(node -> nodes.put(node, new NodeHealth(Status.DOWN, "", NEVER_STARTED)));
    long now = time.nanoTime();
    return new HealthSample(now, now, false, NEVER_STARTED, nodes);
  }

  /**
   * {@inheritDoc} Of a node: alive, paused, pid, startedAt, restarts, container, image,
   * configSha256, and what the subject file asks for.
   */
  @Override
  public ObjectNode captureState() {
    return new StateCapture(definition, engine, containers, asker).take();
  }

  @Override
  public ObjectNode topology() {
    return Topology.of(definition, project, program, engine, containers, claim.ports());
  }

  @Override
  public Canary openCanary(CanaryListener listener) {
    return new ComposeCanary(
        definition.canary(),
        nodes(),
        () -> health().serving(),
        this::leader,
        asker,
        listener,
        time);
  }

  @Override
  public FaultInjector faults() {
    return faults;
  }

  @Override
  public String agentContext() {
    return guide.text();
  }

  @Override
  public ObjectNode agentDescription() {
    return guide.json();
  }

  @Override
  public Map<String, String> agentEnvironment() {
    Map<String, String> environment = guide.environment();
    if (!options.engine().isEmpty()) {
      environment.put("DOCKER_HOST", options.engine());
    }
    return environment;
  }

  /**
   * Removes the containers, networks and volumes and gives back ports, home and the entry on
   * record. Idempotent, and can be repeated after a failure.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    stopWatching();
    try {
      if (options.keepHome()) {
        new ContainerLogs(engine)
            .saveAll(project.resources().containers(), options.home().resolve("logs"));
      }
    } finally {
      project.down();
    }
    claim.release(options.keepHome());
    closed = true;
    asker.close();
    engine.close();
  }
}
