package io.evalctl.session;

import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.OpenedSubject;
import io.evalctl.campaign.SubjectOpener;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.results.ResultsStore;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.compose.DeadProjects;
import io.evalctl.subject.compose.ProjectOwner;
import io.evalctl.subject.compose.ShippedSubjects;
import io.evalctl.subject.compose.SubjectDefinition;
import io.evalctl.subject.compose.fault.ComposeFaultRecovery;
import io.evalctl.subject.zookeeper.DeadRuns;
import io.evalctl.subject.zookeeper.EnsembleOwner;
import io.evalctl.subject.zookeeper.ZookeeperOptions;
import io.evalctl.subject.zookeeper.ZookeeperSubject;
import io.evalctl.subject.zookeeper.fault.ZookeeperFaults;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import io.evalctl.text.PastTense;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Opens subjects, and clears away what runs that were killed have left: their processes, their
 * directories, their rows in the journal. Not thread-safe; several evalctl may do this side by
 * side.
 */
public final class SubjectHost implements SubjectOpener {
  private final Paths paths;
  private final ResultsStore store;
  private final Map<String, String> environment;
  private final TimeSource time;
  private final AbandonedFaults faults;
  private final ComposeHost composeHost;
  private final Set<Path> kept = new LinkedHashSet<>();

  /**
   * @param store or null to look for what is left where there is none
   * @param environment of evalctl: tells where Docker is, and which images to use
   */
  public SubjectHost(
      Paths paths, ResultsStore store, Map<String, String> environment, TimeSource time) {
    this.paths = paths;
    this.store = store;
    this.environment = environment;
    this.time = time;
    this.composeHost = new ComposeHost(paths, environment, time);
    this.faults = new AbandonedFaults(paths.faultClaims(), store, environment, time);
  }

  @Override
  public OpenedSubject open(CampaignPlan plan) {
    String runId = UUID.randomUUID().toString().substring(0, 8);
    RunDirectory directory = RunDirectory.create(runId);
    Path home =
        plan.subjectHome() == null ? directory.path().resolve("subject") : plan.subjectHome();
    EvalSubject subject;
    try {
      Optional<SubjectDefinition> compose = ShippedSubjects.find(plan.subject());
      subject =
          compose.isPresent()
              ? composeHost.open(plan, compose.get(), home, runId)
              : openZookeeper(plan, directory, home, runId);
    } catch (RuntimeException e) {
      composeHost.close();
      directory.remove();
      throw e;
    }
    return new OpenedSubject(
        subject,
        runId,
        directory.path(),
        () -> {
          try {
            subject.close();
          } finally {
            composeHost.close();
            MarkedProcesses.killAll(OpenedSubject.RUN_MARKER, runId, time);
            if (plan.keepSubject()) {
              kept.add(directory.path());
              if (plan.subjectHome() != null) {
                kept.add(home);
              }
            } else {
              directory.remove();
            }
          }
        });
  }

  private EvalSubject openZookeeper(
      CampaignPlan plan, RunDirectory directory, Path home, String runId) {
    ProxiedLinks links = new ProxiedLinks(time, new SplittableRandom(plan.seed()));
    try {
      return ZookeeperSubject.open(
          new ZookeeperOptions(plan.nodes(), home, plan.keepSubject(), runId, paths.runRegistry()),
          links,
          time,
          ensemble ->
              new ZookeeperFaults(
                  ensemble.home(),
                  links,
                  directory.path().resolve("backups"),
                  ensemble::health,
                  time));
    } catch (RuntimeException e) {
      links.close();
      throw e;
    }
  }

  /**
   * What the faults of a plan would do to whom, a line each; nothing is changed. Empty for the
   * embedded subject, whose faults can do nothing but to it.
   *
   * @throws EvalctlException what can be refused before anything starts is
   */
  public static List<String> foresee(
      CampaignPlan plan, Paths paths, Map<String, String> environment, TimeSource time) {
    Optional<SubjectDefinition> definition = ShippedSubjects.find(plan.subject());
    if (definition.isEmpty()) {
      plan.chaos().forEach(step -> ZookeeperFaults.requireOffered(step.request()));
      return List.of();
    }
    try (ComposeHost compose = new ComposeHost(paths, environment, time)) {
      return compose.foresee(plan, definition.get());
    }
  }

  /**
   * What was to be kept of runs that are over: the run's directory, and the subject's elsewhere.
   */
  public Set<Path> kept() {
    return Set.copyOf(kept);
  }

  /** What {@link #clearDeadRuns} would do, a line each. */
  public List<String> deadRuns() {
    List<String> actions = new ArrayList<>();
    for (EnsembleOwner dead : new DeadRuns(paths.runRegistry(), time).find()) {
      actions.add(describe(dead));
    }
    actions.addAll(faults.find());
    for (ProjectOwner dead : deadProjects().find()) {
      actions.add(describe(dead));
    }
    return actions;
  }

  /** Ends every run whose evalctl is dead; returns what was done, a line each. */
  public List<String> clearDeadRuns() {
    List<String> actions = new ArrayList<>();
    DeadRuns dead = new DeadRuns(paths.runRegistry(), time);
    for (EnsembleOwner owner : dead.find()) {
      // The entry on record goes with the ensemble, so that comes after the operators.
      MarkedProcesses.killAll(OpenedSubject.RUN_MARKER, owner.runId(), time);
      dead.end(owner);
      if (!owner.keepHome()) {
        RunDirectory.of(owner.runId()).remove();
      }
      actions.add(PastTense.of(describe(owner)));
    }
    // Before their containers go: a fault may have changed what outlives them.
    actions.addAll(faults.undo());
    for (ProjectOwner owner : deadProjects().find()) {
      actions.add(clear(owner));
    }
    store.campaigns().closeAbandoned();
    store.evalRuns().closeAbandoned();
    return actions;
  }

  /**
   * Removes the Compose projects of dead evalctl that are on record no more: their labels tell of
   * them.
   *
   * @param dryRun whether it only says so
   * @return what was done, a line each
   */
  public List<String> clearUnrecorded(boolean dryRun) {
    return deadProjects().unrecorded().stream()
        .map(owner -> dryRun ? describe(owner) : clear(owner))
        .toList();
  }

  /** Undoes the fault of one claim, for the process that waits for its deadline. */
  public static void undoClaim(Path claim, Map<String, String> environment, TimeSource time) {
    try (ComposeFaultRecovery recovery =
        new ComposeFaultRecovery(claim.toAbsolutePath().getParent(), environment, time)) {
      recovery.undoClaim(claim);
    }
  }

  /** The faults that could not be undone, a line each. */
  public List<String> failures() {
    return faults.failures();
  }

  /** An engine that does not answer now may do so later; no other work has to wait for it. */
  private String clear(ProjectOwner owner) {
    MarkedProcesses.killAll(OpenedSubject.RUN_MARKER, owner.runId(), time);
    try {
      deadProjects().end(owner);
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      return "could not %s: %s".formatted(describe(owner), e.getMessage());
    }
    if (!owner.keepHome()) {
      RunDirectory.of(owner.runId()).remove();
    }
    return PastTense.of(describe(owner));
  }

  private DeadProjects deadProjects() {
    return new DeadProjects(paths.runRegistry(), environment, time);
  }

  private static String describe(ProjectOwner owner) {
    return "remove the Compose project %s, whose evalctl (process %d) is dead: containers, networks, volumes, %s"
        .formatted(owner.project(), owner.process().process().pid(), owner.home());
  }

  private static String describe(EnsembleOwner owner) {
    return "end the ensemble of run %s, whose evalctl (process %d) is dead: its processes, %s"
        .formatted(owner.runId(), owner.process().pid(), owner.home());
  }
}
