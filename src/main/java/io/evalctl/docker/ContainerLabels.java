package io.evalctl.docker;

import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Whose a container is, told on the container itself.
 *
 * @param run id of the run
 * @param owner the evalctl that made it
 * @param created when
 * @param kind what it is for: {@code sandbox}
 */
public record ContainerLabels(String run, ProcessOwner owner, Instant created, String kind) {
  /** The run's id. */
  public static final String RUN = "io.evalctl.run";

  /** Process id and start time of the evalctl, with a slash between them. */
  public static final String PID = "io.evalctl.pid";

  private static final String HOST = "io.evalctl.host";
  private static final String CREATED = "io.evalctl.created";
  private static final String KIND = "io.evalctl.kind";

  /** For a container that this process makes. */
  public static ContainerLabels own(String run, Instant created, String kind) {
    return new ContainerLabels(run, ProcessOwner.self(), created, kind);
  }

  public Map<String, String> toMap() {
    return Map.of(
        RUN,
        run,
        PID,
        owner.process().pid() + "/" + owner.process().startTicks(),
        HOST,
        owner.host(),
        CREATED,
        created.toString(),
        KIND,
        kind);
  }

  /** Reads them back; empty when these are not evalctl's labels. */
  public static Optional<ContainerLabels> read(Map<String, String> labels) {
    try {
      String[] process = labels.getOrDefault(PID, "").split("/");
      return process.length != 2 || !labels.containsKey(HOST)
          ? Optional.empty()
          : Optional.of(
              new ContainerLabels(
                  labels.getOrDefault(RUN, ""),
                  new ProcessOwner(
                      new ProcessIdentity(Long.parseLong(process[0]), Long.parseLong(process[1])),
                      labels.get(HOST)),
                  Instant.parse(labels.getOrDefault(CREATED, "")),
                  labels.getOrDefault(KIND, "")));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
