package io.evalctl.session;

import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.ChaosStep;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.subject.compose.ComposeForesight;
import io.evalctl.subject.compose.ComposeOptions;
import io.evalctl.subject.compose.ComposeSubject;
import io.evalctl.subject.compose.SubjectDefinition;
import io.evalctl.subject.compose.fault.ComposeFaults;
import io.evalctl.subject.compose.fault.FaultScope;
import io.evalctl.subject.compose.fault.SharedNamespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens Compose subjects with their faults. {@link #close} ends the connections of the faults. */
final class ComposeHost implements AutoCloseable {
  /** An image with the tools of scripts/fault-tools-image, for an engine that is not here. */
  private static final String TOOLS_IMAGE = "EVALCTL_FAULT_TOOLS_IMAGE";

  /** How much longer than a trial a fault may stay before it is undone by whoever is left. */
  private static final Duration UNDO_GRACE = Duration.ofMinutes(2);

  private static final String RUN = "RUN";

  private final Paths paths;
  private final Map<String, String> environment;
  private final TimeSource time;
  private DockerEngine engine;

  ComposeHost(Paths paths, Map<String, String> environment, TimeSource time) {
    this.paths = paths;
    this.environment = environment;
    this.time = time;
  }

  /**
   * @throws EvalctlException DOCKER_REFUSED when the engine is on another machine, besides what
   *     {@link ComposeSubject#open} throws
   */
  ComposeSubject open(CampaignPlan plan, SubjectDefinition definition, Path home, String runId) {
    DockerEngine reachable = engine(definition);
    return ComposeSubject.open(
        new ComposeOptions(
            definition,
            home,
            plan.keepSubject(),
            runId,
            paths.runRegistry(),
            settings(definition),
            ComposeForesight.namesEngine(definition, environment) ? reachable.host() : ""),
        time,
        subject ->
            new ComposeFaults(
                reachable,
                scope(
                    plan,
                    definition,
                    subject.project(),
                    runId,
                    subject.containers(),
                    subject::leader,
                    subject.namespaces()),
                time));
  }

  /** What the faults of a plan would do to whom, a line each; nothing is changed. */
  List<String> foresee(CampaignPlan plan, SubjectDefinition definition) {
    String project = "evalctl-" + RUN;
    Map<String, String> containers = new LinkedHashMap<>();
    definition.nodeNames().forEach(node -> containers.put(node, project + "-" + node));
    DockerEngine reachable = engine(definition);
    SharedNamespaces namespaces =
        ComposeForesight.namespaces(definition, project, settings(definition), time);
    ComposeFaults faults =
        new ComposeFaults(
            reachable,
            scope(plan, definition, project, RUN, containers, Optional::empty, namespaces),
            time);
    return plan.chaos().stream().map(step -> faults.foresee(step.request())).toList();
  }

  private FaultScope scope(
      CampaignPlan plan,
      SubjectDefinition definition,
      String project,
      String runId,
      Map<String, String> containers,
      Supplier<Optional<String>> leader,
      SharedNamespaces namespaces) {
    Duration longest =
        plan.chaos().stream()
            .map(ChaosStep::timeout)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    Map<String, String> configFiles = new LinkedHashMap<>();
    for (var node : definition.nodes()) {
      node.configFiles().stream().findFirst().ifPresent(file -> configFiles.put(node.name(), file));
    }
    return new FaultScope(
        project,
        runId,
        containers,
        leader,
        plan.maxNodes() == null ? FaultScope.minority(containers.size()) : plan.maxNodes(),
        longest.plus(plan.faultDuration()).plus(plan.settle()).plus(UNDO_GRACE),
        paths.faultClaims(),
        Map.of(),
        configFiles,
        environment.get(TOOLS_IMAGE),
        namespaces,
        ComposeForesight.companions(definition, project));
  }

  private Map<String, String> settings(SubjectDefinition definition) {
    return ComposeForesight.settings(definition, environment);
  }

  private DockerEngine engine(SubjectDefinition definition) {
    if (engine == null) {
      engine = reachable(DockerEngine.connect(settings(definition)));
    }
    return engine;
  }

  /**
   * Nodes are asked at ports of the engine's loopback address: others are to reach none of them.
   */
  private static DockerEngine reachable(DockerEngine engine) {
    if (engine.onThisMachine()) {
      return engine;
    }
    engine.close();
    throw new EvalctlException(
        ErrorCode.DOCKER_REFUSED,
        "the Docker engine at %s is on another machine, where the nodes of a subject cannot be reached"
            .formatted(engine.host()),
        "run evalctl on that machine");
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }
}
