package io.evalctl.session;

import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.OpenedSubject;
import io.evalctl.campaign.SubjectOpener;
import io.evalctl.clock.TimeSource;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.results.JournalRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.subject.EvalSubject;
import io.evalctl.subject.zookeeper.DeadRuns;
import io.evalctl.subject.zookeeper.EnsembleOwner;
import io.evalctl.subject.zookeeper.ZookeeperOptions;
import io.evalctl.subject.zookeeper.ZookeeperSubject;
import io.evalctl.subject.zookeeper.fault.ZookeeperFaults;
import io.evalctl.subject.zookeeper.link.ProxiedLinks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final TimeSource time;
  private final Set<Path> kept = new LinkedHashSet<>();

  public SubjectHost(Paths paths, ResultsStore store, TimeSource time) {
    this.paths = paths;
    this.store = store;
    this.time = time;
  }

  @Override
  public OpenedSubject open(CampaignPlan plan) {
    String runId = UUID.randomUUID().toString().substring(0, 8);
    RunDirectory directory = RunDirectory.create(runId);
    Path home =
        plan.subjectHome() == null ? directory.path().resolve("subject") : plan.subjectHome();
    ProxiedLinks links = new ProxiedLinks(time, new SplittableRandom(plan.seed()));
    EvalSubject subject;
    try {
      subject =
          ZookeeperSubject.open(
              new ZookeeperOptions(
                  plan.nodes(), home, plan.keepSubject(), runId, paths.runRegistry()),
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
    for (JournalRow row : abandonedFaults()) {
      actions.add(describe(row));
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
      actions.add(describe(owner));
    }
    for (JournalRow row : abandonedFaults()) {
      store.journal().undone(row.id(), time.now(), "subject-gone");
      actions.add(describe(row));
    }
    store.campaigns().closeAbandoned();
    return actions;
  }

  private List<JournalRow> abandonedFaults() {
    return store.journal().open().stream().filter(row -> row.owner().dead()).toList();
  }

  private static String describe(EnsembleOwner owner) {
    return "end the ensemble of run %s, whose evalctl (process %d) is dead: its processes, %s"
        .formatted(owner.runId(), owner.process().pid(), owner.home());
  }

  private static String describe(JournalRow row) {
    return "close fault %d (%s of campaign %d): its subject is gone"
        .formatted(row.id(), row.chaosType(), row.campaignId());
  }
}
