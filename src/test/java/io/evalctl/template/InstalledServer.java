package io.evalctl.template;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evalctl.testing.OwnLoopback;
import io.evalctl.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server of a test's own, made from the PostgreSQL that is installed: it can be ill-treated. */
public final class InstalledServer implements AutoCloseable {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Path programs;
  private final Path home;
  private final TestServer server;

  private InstalledServer(Path programs, Path home) {
    this.programs = programs;
    this.home = home;
    this.server =
        TestServer.at(
            new ServerAddress(
                OwnLoopback.address(), OwnLoopback.PORT, "postgres", "me", null, Map.of()));
  }

  /**
   * Initialised, and not started yet; the test is skipped where no PostgreSQL is installed.
   *
   * @param home an empty directory, which its account can reach
   */
  public static InstalledServer in(Path home) {
    return in(home, home);
  }

  /**
   * As above.
   *
   * @param log an empty directory for the write-ahead log: without room for that it ends
   */
  public static InstalledServer in(Path home, Path log) {
    InstalledServer server = new InstalledServer(newest(), home);
    for (Path directory : List.of(home, log)) {
      try {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (ROOT) {
        run(List.of("chown", "postgres", directory.toString()));
      }
    }
    server.program(
        "initdb",
        List.of("-U", "me", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-X"),
        log.resolve("wal").toString());
    return server;
  }

  public InstalledServer start() {
    String options =
        "-c listen_addresses=%s -c port=%d -c unix_socket_directories= -c fsync=off"
            .formatted(address().host(), address().port());
    program("pg_ctl", List.of("-w", "-o", options, "-l"), home.resolve("log").toString(), "start");
    return this;
  }

  /** Ends it as a crash would. */
  public void crash() {
    program("pg_ctl", List.of("-m", "immediate"), "stop");
  }

  /** It hangs: its connections stay open, and nobody answers. */
  public void pause() {
    signal("STOP");
  }

  public void resume() {
    signal("CONT");
  }

  public String url() {
    return "postgresql://me@" + label() + "/postgres";
  }

  public String label() {
    return address().label();
  }

  ServerAddress address() {
    return server.administrator();
  }

  public Path data() {
    return home.resolve("data");
  }

  public void run(String... statements) {
    server.run(statements);
  }

  /** Ends every connection that evalctl has. */
  public void cutConnections() {
    server.cutConnections();
  }

  /** Every database that looks like ours. */
  public List<String> databases() {
    return server.databases();
  }

  @Override
  public void close() {
    if (Files.exists(data().resolve("postmaster.pid"))) {
      resume();
      crash();
    }
  }

  private void program(String name, List<String> options, String... words) {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.addAll(List.of(programs.resolve(name).toString(), "-D", data().toString()));
    command.addAll(options);
    command.addAll(List.of(words));
    run(command);
  }

  private void signal(String name) {
    try {
      long postmaster = Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).get(0));
      List<String> command = new ArrayList<>(List.of("kill", "-s", name, "" + postmaster));
      ProcessHandle.of(postmaster)
          .orElseThrow()
          .children()
          .forEach(child -> command.add("" + child.pid()));
      run(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A child may have ended by itself before a signal reaches it. */
  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Scratch.await("the end of " + command, () -> !process.isAlive());
      if (process.exitValue() != 0 && !command.get(0).equals("kill")) {
        throw new AssertionError(command + " ended with " + process.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newest() {
    assumeTrue(Files.isDirectory(INSTALLED), "no PostgreSQL is installed in " + INSTALLED);
    try (Stream<Path> versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparing(Path::toString))
          .orElseGet(
              () -> {
                assumeTrue(false, "no PostgreSQL server is installed in " + INSTALLED);
                return null;
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
