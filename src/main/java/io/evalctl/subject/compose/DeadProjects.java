package io.evalctl.subject.compose;

import io.evalctl.clock.TimeSource;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The Compose projects of evalctl processes that were killed. Several evalctl may look for them at
 * the same time, and beside others that are at work: a project is dead only when its own process
 * is.
 */
public final class DeadProjects {
  private final Path registry;
  private final Map<String, String> environment;
  private final TimeSource time;

  /**
   * @param registry the directory where every run has an entry; it need not exist
   * @param environment tells where the engine is
   */
  public DeadProjects(Path registry, Map<String, String> environment, TimeSource time) {
    this.registry = registry;
    this.environment = environment;
    this.time = time;
  }

  /** Those on record. Asks no engine. */
  public List<ProjectOwner> find() {
    List<ProjectOwner> dead = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(registry, ProjectOwner::isEntry)) {
      for (Path entry : entries) {
        Optional<ProjectOwner> owner = ProjectOwner.read(entry);
        owner.filter(found -> found.process().dead()).ifPresent(dead::add);
      }
    } catch (NoSuchFileException e) {
      return dead;
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE, "cannot read the runs in " + registry + ": " + e, null, e);
    }
    return dead;
  }

  /**
   * Those that are not on record any more, by the labels of what the engine holds; none where no
   * engine answers.
   */
  public List<ProjectOwner> unrecorded() {
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      String thisHost = ProcessOwner.self().host();
      Map<String, Set<Optional<ProjectOwner>>> owners = new LinkedHashMap<>();
      for (Map<String, String> labels : ProjectResources.labelsOfSubjects(engine)) {
        owners
            .computeIfAbsent(labels.getOrDefault(RunLabels.RUN, ""), run -> new HashSet<>())
            .add(RunLabels.dead(labels, thisHost));
      }
      return owners.values().stream()
          // All that is of a run tells of the same owner, or somebody else has a hand in it.
          .filter(all -> all.size() == 1)
          .flatMap(all -> all.iterator().next().stream())
          .filter(owner -> !Files.exists(ProjectOwner.entry(registry, owner.runId())))
          .toList();
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.DOCKER_UNREACHABLE) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Removes one: its containers, networks and volumes, its home (unless it was to be kept), its
   * entry. Idempotent.
   *
   * @throws EvalctlException DOCKER_UNREACHABLE or DOCKER_REFUSED; the entry then stays
   */
  public void end(ProjectOwner dead) {
    MarkedProcesses.killAll(ComposeProject.MARKER, dead.project(), time);
    try (DockerEngine engine =
        dead.engine().isEmpty()
            ? DockerEngine.connect(environment)
            : DockerEngine.connect(environment, dead.engine())) {
      new ProjectResources(engine, dead.project()).remove(time);
    }
    ProjectHome.release(dead.home(), dead.runId(), dead.keepHome());
    try {
      Files.deleteIfExists(ProjectOwner.entry(registry, dead.runId()));
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FILE_UNWRITABLE,
          "cannot remove the entry of run " + dead.runId() + ": " + e,
          "remove it by hand from " + registry,
          e);
    }
  }
}
