package io.evalctl.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The command line of bubblewrap (bwrap(1), from version 0.7 on) for a sandbox: namespaces of its
 * own, no capability, and a root that holds a Python and what it loads, to be read only.
 */
final class BubblewrapCommand {
  private static final List<String> DEVICES = List.of("null", "zero", "full", "random", "urandom");

  private final PythonInstallation python;
  private final SandboxSettings settings;

  BubblewrapCommand(PythonInstallation python, SandboxSettings settings) {
    this.python = python;
    this.settings = settings;
  }

  /**
   * @param variables what the supervisor has in its environment; it alone can see it
   */
  List<String> words(Map<String, String> variables) {
    List<String> words = confinement(variables);
    words.addAll(RunnerSource.command(python.executable().toString(), limits()));
    return words;
  }

  /** As above, for any program. */
  List<String> confinement(Map<String, String> variables) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of("bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"));
    words.addAll(List.of("--unshare-uts", "--unshare-cgroup-try", "--uid", "65534"));
    words.addAll(List.of("--gid", "65534", "--hostname", "sandbox", "--cap-drop", "ALL"));
    words.addAll(List.of("--as-pid-1", "--new-session", "--clearenv"));
    variables.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    for (Path path : readable()) {
      words.addAll(List.of("--ro-bind", path.toString(), path.toString()));
    }
    for (String link : List.of("/bin", "/lib", "/lib32", "/lib64", "/sbin")) {
      if (Files.isSymbolicLink(Path.of(link))) {
        words.addAll(List.of("--symlink", target(Path.of(link)), link));
      }
    }
    for (String device : DEVICES) {
      words.addAll(List.of("--dev-bind", "/dev/" + device, "/dev/" + device));
    }
    String size = Long.toString(settings.storageBytes());
    words.addAll(List.of("--proc", "/proc", "--size", size, "--tmpfs", "/sandbox"));
    words.addAll(List.of("--size", size, "--tmpfs", "/tmp", "--remount-ro", "/"));
    words.addAll(List.of("--chdir", "/", "--"));
    return words;
  }

  /** There is no engine to bound these. */
  private String limits() {
    return WireJson.object()
        .put("processes", settings.processes())
        .put("addressSpace", settings.memoryBytes())
        .put("resident", settings.memoryBytes())
        .toString();
  }

  /** The interpreter, its library, the libraries these load, and the loader that loads them. */
  private Set<Path> readable() {
    Set<Path> paths = new TreeSet<>();
    boolean systems = Set.of(Path.of("/usr"), Path.of("/")).contains(python.prefix());
    if (systems) {
      paths.addAll(python.libraries());
      paths.add(Path.of("/usr/lib/python3"));
    } else {
      paths.add(python.prefix());
    }
    paths.add(python.executable());
    Path multiarch = Path.of("/usr/lib", python.multiarch());
    paths.add(
        !python.multiarch().isEmpty() && Files.isDirectory(multiarch)
            ? multiarch
            : Path.of(wide() ? "/usr/lib64" : "/usr/lib"));
    paths.add(Path.of("/usr/lib64"));
    paths.addAll(loaders());
    paths.add(Path.of("/etc/ld.so.cache"));
    paths.add(Path.of("/usr/share/zoneinfo"));
    paths.removeIf(path -> !Files.exists(path));
    Set<Path> outer = new TreeSet<>();
    // In order of their names a directory comes before what is in it.
    paths.stream().filter(path -> outer.stream().noneMatch(path::startsWith)).forEach(outer::add);
    return outer;
  }

  /** Whether the libraries are in lib64, as on Fedora. */
  private static boolean wide() {
    return Files.exists(Path.of("/usr/lib64/libc.so.6"));
  }

  private static List<Path> loaders() {
    List<Path> found = new ArrayList<>();
    for (String place : List.of("/usr/lib", "/lib", "/lib64")) {
      Path directory = Path.of(place);
      if (Files.isDirectory(directory) && !Files.isSymbolicLink(directory)) {
        try (var entries = Files.newDirectoryStream(directory, "ld-*.so*")) {
          entries.forEach(found::add);
        } catch (IOException e) {
          // what cannot be read is not needed
        }
      }
    }
    return found;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return link.toString();
    }
  }
}
