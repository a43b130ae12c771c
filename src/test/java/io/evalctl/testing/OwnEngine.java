package io.evalctl.testing;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A second Docker engine, to be restarted at will: with a network, directories, control groups and
 * a containerd of its own, so that it and the machine's engine know nothing of each other. What it
 * publishes is reached from within its network only, see {@link #inNetwork}.
 */
public final class OwnEngine implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");
  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");

  private final Path directory;
  private final Path network;
  private final String group = "evalctl-test-" + UUID.randomUUID().toString().substring(0, 8);
  private final Commands commands;
  private final Set<String> containers = new TreeSet<>();
  private Process daemon;

  /** What it takes that is not here; empty when there is all. */
  public static Optional<String> lacking() {
    for (String program : List.of("docker", "dockerd", "unshare", "nsenter", "ip", "iptables")) {
      if (Commands.tryRun("sh", "-c", "command -v " + program) != 0) {
        return Optional.of("an engine of its own takes " + program + ", which is not here");
      }
    }
    if (Commands.tryRun("sh", "-c", "test $(id -u) = 0 && unshare -n true") != 0) {
      return Optional.of("an engine of its own takes root, and the right to make networks");
    }
    return Optional.empty();
  }

  /**
   * Starts it, and gives it images of the machine's engine.
   *
   * @param directory empty; it is as empty after {@link #close}
   */
  public OwnEngine(Path directory, String... images) {
    this.directory = directory.toAbsolutePath();
    this.network = this.directory.resolve("network");
    this.commands = new Commands(environment());
    try {
      Files.createFile(network);
      Commands.run("unshare", "--net=" + network, "ip", "link", "set", "lo", "up");
      liveRestore(false);
      start();
      List<String> load = new ArrayList<>(List.of("sh", "-c"));
      load.addAll(List.of("docker save \"$@\" | docker -H \"$0\" load -q", address()));
      load.addAll(List.of(images));
      Commands.run(load.toArray(String[]::new));
    } catch (IOException | RuntimeException | AssertionError e) {
      close();
      throw new IllegalStateException("an engine of its own could not be made", e);
    }
  }

  public String address() {
    return "unix://" + directory.resolve("engine.sock");
  }

  /** The whole environment of a program that is to use it. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("DOCKER_"));
    environment.put("DOCKER_HOST", address());
    return environment;
  }

  /** What a command begins with that is to run in its network. */
  public List<String> inNetwork() {
    return List.of("nsenter", "--net=" + network);
  }

  /** Whether containers outlive it; holds from now on. */
  public void liveRestore(boolean live) {
    try {
      Files.writeString(
          directory.resolve("daemon.json"),
          "{\"live-restore\": %s, \"shutdown-timeout\": 5}".formatted(live));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    if (daemon != null) {
      Commands.run("kill", "-s", "HUP", Long.toString(daemon.pid()));
      await(
          "live-restore to be " + live,
          () ->
              commands
                  .docker("info", "--format", "{{.LiveRestoreEnabled}}")
                  .strip()
                  .equals(Boolean.toString(live)));
    }
  }

  /** Ends it, by SIGTERM or SIGKILL, and starts it again. */
  public void restart(Signal signal) {
    stop(signal);
    start();
  }

  /**
   * Returns when it has ended, and its containerd with it, which the next one would take for its
   * own while it is there. Containers may go on.
   */
  public void stop(Signal signal) {
    noteContainers();
    Optional<String> containerd = pidOfContainerd();
    ProcessIdentity.of(daemon.pid()).ifPresent(process -> process.signal(signal));
    await(
        "the end of dockerd",
        () ->
            !daemon.isAlive()
                && containerd.filter(pid -> Files.exists(Path.of("/proc", pid))).isEmpty());
    daemon = null;
  }

  private Optional<String> pidOfContainerd() {
    try {
      return Optional.of(
          Files.readString(directory.resolve("exec/containerd/containerd.pid")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns when it answers. */
  public void start() {
    List<String> command = new ArrayList<>(inNetwork());
    command.addAll(
        List.of(
            "dockerd",
            "--host=" + address(),
            "--config-file=" + directory.resolve("daemon.json"),
            "--data-root=" + directory.resolve("data"),
            "--exec-root=" + directory.resolve("exec"),
            "--pidfile=" + directory.resolve("pid"),
            "--exec-opt=native.cgroupdriver=cgroupfs",
            "--cgroup-parent=/" + group));
    try {
      daemon =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    await("dockerd to answer", () -> answers() || !daemon.isAlive());
    if (!daemon.isAlive()) {
      String log = Commands.run("tail", "-n", "20", directory.resolve("log").toString());
      throw new IllegalStateException("dockerd ended: " + log);
    }
  }

  private boolean answers() {
    return commands.tryDocker("version") == 0;
  }

  /** Ends it and all that it runs, and removes every trace. */
  @Override
  public void close() {
    noteContainers();
    if (daemon != null && answers()) {
      for (String id : commands.docker("ps", "-aq", "--no-trunc").split("\\s+")) {
        if (!id.isEmpty()) {
          commands.tryDocker("rm", "-fv", id);
        }
      }
    }
    if (daemon != null) {
      stop(Signal.TERM);
    }
    await("the end of all of the engine's", () -> killed(processes()));
    unmount();
    containers.forEach(this::removeSocket);
    List<Path> left = new ArrayList<>(entries(directory));
    left.add(CONTROL_GROUPS.resolve(group));
    entries(CONTROL_GROUPS).forEach(controller -> left.add(controller.resolve(group)));
    left.stream().filter(Files::exists).forEach(OwnEngine::remove);
  }

  private static List<Path> entries(Path place) {
    File[] entries = place.toFile().listFiles();
    return Stream.of(entries == null ? new File[0] : entries).map(File::toPath).toList();
  }

  /** By what lies in its directories, for it may not answer. */
  private void noteContainers() {
    for (String place : List.of("data/containers", "exec/containerd")) {
      entries(directory.resolve(place)).stream()
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .forEach(containers::add);
    }
  }

  private static boolean killed(List<ProcessIdentity> processes) {
    processes.forEach(process -> process.signal(Signal.KILL));
    return processes.isEmpty();
  }

  /** Those in its containers, its containerd and the shims. */
  private List<ProcessIdentity> processes() {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              String groups = text(process.pid(), "cgroup");
              String words = text(process.pid(), "cmdline");
              return groups.contains("/" + group + "/")
                  || words.matches("(?s)\\S*(containerd|docker-proxy)\\S*\0.*")
                      && (words.contains(directory + "/")
                          || containers.stream().anyMatch(words::contains));
            })
        .flatMap(process -> ProcessIdentity.of(process.pid()).stream())
        .toList();
  }

  private static String text(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      return "";
    }
  }

  private void unmount() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      mounts
          .map(line -> line.split(" ")[4])
          .filter(place -> place.startsWith(directory + "/"))
          .sorted(Comparator.reverseOrder())
          .toList()
          .forEach(place -> Commands.run("umount", place));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A shim that was killed leaves its socket, whose name containerd derives from the container. */
  private void removeSocket(String container) {
    String name = directory.resolve("exec/containerd/containerd.sock") + "/moby/" + container;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      Files.deleteIfExists(SHIM_SOCKETS.resolve(HexFormat.of().formatHex(digest)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A directory and all in it; control groups have files that go with them. */
  private static void remove(Path place) {
    boolean inGroups = place.startsWith(CONTROL_GROUPS);
    try (Stream<Path> entries = Files.walk(place)) {
      List<Path> all = new ArrayList<>(entries.toList());
      all.sort(Comparator.reverseOrder());
      for (Path each : all) {
        if (!inGroups || Files.isDirectory(each)) {
          Files.delete(each);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Waiter.until(what, Deadline.in(LIMIT, TimeSource.system()), LOOK, condition);
  }
}
