package io.evalctl.subject.compose.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The control group of a process for one controller, of either version (cgroups(7)).
 *
 * @param second whether it is of version 2
 */
record ControlGroup(Path directory, boolean second) {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  /**
   * @param controller cpu or memory
   * @throws EvalctlException FAULT_NOT_INJECTED when it cannot be found
   */
  static ControlGroup of(long pid, String controller) {
    List<String> groups = lines(Path.of("/proc", Long.toString(pid), "cgroup"));
    return first(groups, controller)
        .or(() -> second(groups))
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.FAULT_NOT_INJECTED,
                    "the control group '%s' of process %d is not to be found"
                        .formatted(controller, pid),
                    "is /sys/fs/cgroup mounted?"));
  }

  private static Optional<ControlGroup> first(List<String> groups, String controller) {
    return groups.stream()
        .map(line -> line.split(":", 3))
        .filter(parts -> Arrays.asList(parts[1].split(",")).contains(controller))
        .findFirst()
        .flatMap(parts -> mount("cgroup", controller).map(root -> at(root, parts[2], false)));
  }

  private static Optional<ControlGroup> second(List<String> groups) {
    return groups.stream()
        .filter(line -> line.startsWith("0::"))
        .findFirst()
        .flatMap(line -> mount("cgroup2", "").map(root -> at(root, line.substring(3), true)));
  }

  private static ControlGroup at(Path root, String path, boolean second) {
    return new ControlGroup(root.resolve(path.replaceFirst("^/", "")), second);
  }

  private static Optional<Path> mount(String type, String controller) {
    return lines(MOUNTS).stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields[2].equals(type))
        .filter(
            fields ->
                controller.isEmpty() || Arrays.asList(fields[3].split(",")).contains(controller))
        .map(fields -> Path.of(fields[1]))
        .findFirst();
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
