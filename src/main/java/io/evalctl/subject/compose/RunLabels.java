package io.evalctl.subject.compose;

import io.evalctl.docker.ContainerLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The labels that everything of a run carries: whose it is. By them a project is found whose entry
 * on record is lost. An engine may serve several machines, users and process namespaces, and from
 * each of them the processes of the others look dead; so only an owner in this very place, since
 * this machine's last boot, is ever said to be dead.
 */
final class RunLabels {
  static final String RUN = ContainerLabels.RUN;
  static final String KIND = "io.evalctl.kind";
  static final String SUBJECT = "subject";

  /** User id and process namespace of the evalctl. */
  private static final String SEAT = "io.evalctl.seat";

  private static final String HOME = "io.evalctl.home";
  private static final String KEEP_HOME = "io.evalctl.keep-home";

  private RunLabels() {}

  static Map<String, String> of(ProjectOwner owner, Instant created) {
    Map<String, String> labels =
        new LinkedHashMap<>(
            new ContainerLabels(owner.runId(), owner.process(), created, SUBJECT).toMap());
    labels.put(SEAT, seat());
    labels.put(HOME, owner.home().toAbsolutePath().toString());
    labels.put(KEEP_HOME, Boolean.toString(owner.keepHome()));
    return labels;
  }

  /** The owner that the labels of a thing tell of, if it was in this place and is dead. */
  static Optional<ProjectOwner> dead(Map<String, String> labels, String thisHost) {
    if (labels == null
        || !SUBJECT.equals(labels.get(KIND))
        || !seat().equals(labels.get(SEAT))
        || !labels.containsKey(HOME)) {
      return Optional.empty();
    }
    return ContainerLabels.read(labels)
        .filter(found -> found.owner().host().equals(thisHost))
        .filter(found -> !found.owner().process().alive())
        .map(
            found ->
                new ProjectOwner(
                    found.run(),
                    found.owner(),
                    Path.of(labels.get(HOME)),
                    Boolean.parseBoolean(labels.get(KEEP_HOME)),
                    ""))
        .filter(owner -> owner.project().equals(labels.get(ProjectResources.PROJECT_LABEL)));
  }

  private static String seat() {
    try {
      return "%s %s"
          .formatted(
              Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
              Files.readSymbolicLink(Path.of("/proc/self/ns/pid")));
    } catch (IOException | UnsupportedOperationException e) {
      return "unknown " + ProcessHandle.current().pid();
    }
  }
}
