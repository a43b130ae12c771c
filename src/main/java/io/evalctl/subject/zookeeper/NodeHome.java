package io.evalctl.subject.zookeeper;

import io.evalctl.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one node of an ensemble has on disk. Immutable.
 *
 * @param name zk1, zk2 ...
 * @param dir the directory that holds all of it
 */
public record NodeHome(String name, Path dir) {

  /** Number of the voter, as in {@code server.N} and {@code myid}. */
  public int id() {
    return id(name);
  }

  static int id(String name) {
    return Integer.parseInt(name.substring(EnsembleHome.NODE_PREFIX.length()));
  }

  /** The server's configuration file, zoo.cfg. */
  public Path config() {
    return dir.resolve("zoo.cfg");
  }

  /** The names it can resolve; see {@link ServerConfiguration}. */
  Path hosts() {
    return dir.resolve("hosts");
  }

  public Path dataDir() {
    return dir.resolve("data");
  }

  /** Where transaction logs, snapshots and the epoch files are. */
  public Path versionDir() {
    return dataDir().resolve("version-2");
  }

  public Path logDir() {
    return dir.resolve("log");
  }

  /** What the server has printed, standard output and error together. */
  public Path logFile() {
    return logDir().resolve("server.log");
  }

  public Path pidFile() {
    return dir.resolve("pid");
  }

  /**
   * The epoch it has joined last, from its currentEpoch file. An idle follower's zxid shows it only
   * with the next transaction.
   */
  OptionalLong currentEpoch() {
    try {
      Path file = versionDir().resolve("currentEpoch");
      return OptionalLong.of(
          Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The node's live process: the one of the pid file, if it was started with this node's
   * configuration. A pid file that outlived its process may name a stranger.
   */
  public Optional<ProcessIdentity> process() {
    return ProcessIdentity.fromPidFile(pidFile()).filter(found -> runsThisNode(found.pid()));
  }

  private boolean runsThisNode(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "cmdline");
      String commandLine = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return commandLine.contains(config().toString());
    } catch (IOException e) {
      return false;
    }
  }
}
