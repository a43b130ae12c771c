package io.evalctl.sandbox;

import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.ProcessOwner;
import java.util.Optional;

/**
 * Whose a local sandbox is, told in the environment of its first processes.
 *
 * @param run id of the run
 * @param owner the evalctl that made it
 */
record LocalMarker(String run, ProcessOwner owner) {
  /** The environment variable. */
  static final String NAME = "EVALCTL_RUN_SANDBOX";

  static LocalMarker own(String run) {
    return new LocalMarker(run, ProcessOwner.self());
  }

  String value() {
    return owner.process().pid()
        + "/"
        + owner.process().startTicks()
        + " "
        + owner.host()
        + " "
        + run;
  }

  static Optional<LocalMarker> parse(String value) {
    String[] parts = value.split(" ", 3);
    String[] process = parts[0].split("/");
    if (parts.length < 3 || process.length != 2) {
      return Optional.empty();
    }
    try {
      ProcessIdentity identity =
          new ProcessIdentity(Long.parseLong(process[0]), Long.parseLong(process[1]));
      return Optional.of(new LocalMarker(parts[2], new ProcessOwner(identity, parts[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
