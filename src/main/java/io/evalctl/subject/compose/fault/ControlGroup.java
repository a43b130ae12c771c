package io.evalctl.subject.compose.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The control group of a container for one controller, of either version (cgroups(7)). The engine
 * names it after the container; one further down, which the container has made for itself, does not
 * hold all of it, and one that does not bear its name holds others as well.
 *
 * @param second whether it is of version 2
 */
record ControlGroup(Path directory, boolean second) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /**
   * @param id the container's
   * @param pid a process of it
   * @param controller cpu or memory
   * @throws EvalctlException FAULT_NOT_INJECTED when it cannot be found
   */
  static ControlGroup of(String id, long pid, String controller) {
    return find(
            id, controller, lines(Path.of("/proc", Long.toString(pid), "cgroup")), lines(MOUNTS))
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.FAULT_NOT_INJECTED,
                    "the control group '%s' of container %s (process %d) is not to be found"
                        .formatted(controller, id, pid),
                    "is /sys/fs/cgroup mounted?"));
  }

  /**
   * With both versions mounted, a controller belongs to one of them alone, and the engine may use
   * the other.
   *
   * @param groups the lines of /proc/PID/cgroup
   * @param mounts the lines of /proc/self/mountinfo (proc(5))
   */
  static Optional<ControlGroup> find(
      String id, String controller, List<String> groups, List<String> mounts) {
    for (boolean second : new boolean[] {false, true}) {
      for (String line : groups) {
        String[] parts = line.split(":", 3);
        boolean fits =
            second ? line.startsWith("0::") : List.of(parts[1].split(",")).contains(controller);
        int named = parts[2].indexOf(id);
        if (fits && named >= 0) {
          int end = parts[2].indexOf('/', named);
          String path = end < 0 ? parts[2] : parts[2].substring(0, end);
          Optional<Path> directory = directory(path, second ? "" : controller, mounts);
          if (directory.isPresent()) {
            return directory.map(found -> new ControlGroup(found, second));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param controller empty for version 2
   */
  private static Optional<Path> directory(String path, String controller, List<String> mounts) {
    String type = controller.isEmpty() ? "cgroup2" : "cgroup";
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      String[] place = halves[0].split(" ");
      String[] kind = halves.length < 2 ? new String[] {""} : halves[1].split(" ");
      boolean fits =
          kind[0].equals(type)
              && (controller.isEmpty() || List.of(kind[2].split(",")).contains(controller));
      String root = place.length > 4 ? place[3].replaceFirst("/$", "") : "";
      if (fits && (path + "/").startsWith(root + "/")) {
        return Optional.of(Path.of(place[4] + path.substring(root.length())));
      }
    }
    return Optional.empty();
  }

  /** The content of one of its files; empty when there is no such file. */
  Optional<String> read(String file) {
    try {
      return Optional.of(Files.readString(directory.resolve(file), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  void write(String file, String value) {
    try {
      Files.writeString(directory.resolve(file), value, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "cannot write %s to %s: %s".formatted(value, directory.resolve(file), e.getMessage()),
          null,
          e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return List.of();
    }
  }
}
