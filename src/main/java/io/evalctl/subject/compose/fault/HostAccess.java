package io.evalctl.subject.compose.fault;

import io.evalctl.docker.DockerEngine;
import io.evalctl.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether evalctl is root on the engine's own machine, and so reaches into containers by their
 * process ids. Linux only. Immutable.
 *
 * @param root whether it is root and the engine's socket is a local one; a container's process must
 *     be found here besides, see {@link #reaches}
 */
record HostAccess(boolean root) {
  static HostAccess of(DockerEngine engine) {
    return new HostAccess(isRoot() && engine.host().startsWith("unix:"));
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Whether the container's first process is here under the engine's number for it. It is not when
   * evalctl itself is in a container, or the engine in a machine of its own.
   */
  boolean reaches(ContainerState state) {
    return root && isHere(state);
  }

  /** Whether its first process is a process of this machine under that number. */
  static boolean isHere(ContainerState state) {
    return state.pid() > 0 && belongs(state.pid(), state.id());
  }

  /** Every live process of a container, also such as were put into it. */
  static List<ProcessIdentity> processes(String containerId) {
    List<ProcessIdentity> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (belongs(pid, containerId)) {
          ProcessIdentity.of(pid).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** Whether it is the container runtime's, about to become a program of the container. */
  static boolean ofRuntime(ProcessIdentity process) {
    try {
      String name =
          Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "comm"), StandardCharsets.UTF_8);
      return name.startsWith("runc:[") || name.equals("runc\n") || name.equals("crun\n");
    } catch (IOException e) {
      return false;
    }
  }

  /** The engine names a container's control groups after its id (cgroups(7)). */
  private static boolean belongs(long pid, String containerId) {
    try {
      return Files.readString(
              Path.of("/proc", Long.toString(pid), "cgroup"), StandardCharsets.UTF_8)
          .contains(containerId);
    } catch (IOException e) {
      return false;
    }
  }
}
