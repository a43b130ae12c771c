package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.docker.AbandonedContainers;
import io.evalctl.docker.AbandonedContainers.Abandoned;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.text.PastTense;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What evalctl processes that died have left of their sandboxes: containers by their labels, local
 * processes by their marker. Where no engine answers, containers are not looked at, and {@link
 * #notLookedAt} says so. Not thread-safe; several evalctl may do this side by side.
 */
public final class SandboxReaper {
  private static final Duration REMOVAL = Duration.ofSeconds(10);

  private final Map<String, String> environment;
  private final TimeSource time;
  private String notLookedAt;

  /**
   * @param environment where DOCKER_HOST is looked up
   */
  public SandboxReaper(Map<String, String> environment, TimeSource time) {
    this.environment = environment;
    this.time = time;
  }

  /** What {@link #reap} would do, a line each. */
  public List<String> describe() {
    return go(false);
  }

  /**
   * Ends it all; returns what was done, a line each. One that cannot be ended does not keep the
   * others from it, and its line says so.
   */
  public List<String> reap() {
    return go(true);
  }

  /** What the last look could not see, and why: whether something is left there is not known. */
  public Optional<String> notLookedAt() {
    return Optional.ofNullable(notLookedAt);
  }

  private List<String> go(boolean end) {
    List<String> lines = new ArrayList<>();
    abandonedProcesses()
        .forEach(
            (process, marker) -> {
              if (end) {
                end(process);
              }
              String what =
                  "end the local sandbox of run %s (process %d), whose evalctl (process %d) is dead"
                      .formatted(marker.run(), process.pid(), marker.owner().process().pid());
              lines.add(end ? PastTense.of(what) : what);
            });
    try (DockerEngine engine = DockerEngine.connect(environment)) {
      AbandonedContainers containers = new AbandonedContainers(engine);
      for (Abandoned abandoned : containers.find(DockerBackend.KIND)) {
        lines.add(end ? remove(containers, abandoned) : describe(abandoned));
      }
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.DOCKER_UNREACHABLE) {
        notLookedAt = "containers were not looked at: " + e.getMessage();
      } else {
        lines.add("could not look for containers: " + e.getMessage());
      }
    }
    return lines;
  }

  private String remove(AbandonedContainers containers, Abandoned abandoned) {
    try {
      containers.remove(abandoned, Deadline.in(REMOVAL, time));
      return PastTense.of(describe(abandoned));
    } catch (EvalctlException e) {
      return "could not %s: %s".formatted(describe(abandoned), e.getMessage());
    }
  }

  private static String describe(Abandoned abandoned) {
    return "remove container %s (%s, %s) of run %s, whose evalctl (process %d) is dead"
        .formatted(
            abandoned.id().substring(0, 12),
            abandoned.labels().kind(),
            abandoned.state(),
            abandoned.labels().run(),
            abandoned.labels().owner().process().pid());
  }

  private static Map<ProcessIdentity, LocalMarker> abandonedProcesses() {
    Map<ProcessIdentity, LocalMarker> found = new LinkedHashMap<>();
    MarkedProcesses.values(LocalMarker.NAME)
        .forEach(
            (process, value) -> {
              Optional<LocalMarker> marker = LocalMarker.parse(value);
              marker
                  .filter(each -> each.owner().dead())
                  .ifPresent(each -> found.put(process, each));
            });
    return found;
  }

  /** With what it has started: the kernel ends a whole namespace with its first process. */
  private static void end(ProcessIdentity process) {
    ProcessHandle.of(process.pid())
        .filter(handle -> process.alive())
        .ifPresent(
            handle -> {
              handle.descendants().forEach(ProcessHandle::destroyForcibly);
              handle.destroyForcibly();
            });
  }
}
