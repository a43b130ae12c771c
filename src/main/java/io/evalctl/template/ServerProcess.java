package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A running postmaster with a guard beside it: a shell that holds the other end of a pipe. When
 * evalctl closes it, or dies in whatever way, the guard shuts the server down and removes its
 * files.
 */
final class ServerProcess {
  /**
   * $1: data directory, $2: signal, $3: where to note a clean end or nothing, $4 and $5: what to
   * remove after it was told to end; then the command. A server that ends by itself leaves all as
   * it is, for its log to be read.
   */
  private static final String GUARD =
      """
      data=$1; signal=$2; clean=$3; run=$4; entry=$5; shift 5
      exec 3<&0 </dev/null
      "$@" 3<&- & server=$!
      (
        read -r _ <&3
        : > "$run/stopping"
        pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
        kill -s "$signal" "${pid:-$server}" 2>/dev/null || kill -s KILL "$server"
      ) & guard=$!
      exec 3<&-
      wait "$server"; code=$?
      [ -e "$run/stopping" ] || { kill "$guard"; exit "$code"; }
      [ -z "$clean" ] || [ "$code" -ne 0 ] || { sync -f "$data" && : > "$clean"; }
      cd / && rm -rf -- "$run" && rm -f -- "$entry"
      """;

  private static final Duration LOOK = Duration.ofMillis(3);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final int MOST_PORTS = 5;
  private static final int MOST_SOCKET_PATH = 90;
  private static final int STATUS_LINE = 7;

  private final ProcessSession session;
  private final String id;
  private final Path log;
  private final int port;
  private final TimeSource time;

  private ServerProcess(ProcessSession session, String id, Path log, int port, TimeSource time) {
    this.session = session;
    this.id = id;
    this.log = log;
    this.port = port;
    this.time = time;
  }

  /**
   * What is to be started.
   *
   * @param home holds the data directory
   * @param run for its log and its socket; goes when the server does
   * @param entry its entry on record; goes after that
   * @param kept whether the data is to survive: it is then shut down cleanly, and stays
   */
  record Launch(
      String id,
      PostgresBinaries binaries,
      LaunchUser user,
      Path home,
      Path run,
      Path entry,
      boolean kept) {
    Path data() {
      return home.resolve("data");
    }
  }

  /**
   * Starts it and waits until it takes connections.
   *
   * @throws EvalctlException POSTGRES_START with what its log says
   */
  static ServerProcess start(Launch launch, Deadline deadline) {
    for (int attempt = 1; ; attempt++) {
      ServerProcess server = begin(launch, deadline.time());
      try {
        if (server.awaitReady(launch, deadline)) {
          return server;
        }
        String said = server.lastWords();
        if (attempt == MOST_PORTS || !server.portTaken()) {
          throw new EvalctlException(
              ErrorCode.POSTGRES_START,
              "the embedded PostgreSQL did not start: " + said,
              DataPlace.hint(said, "name a server with --pg"));
        }
      } catch (RuntimeException e) {
        server.stop();
        throw e;
      }
    }
  }

  private static ServerProcess begin(Launch launch, TimeSource time) {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "sh",
            "-c",
            GUARD,
            "evalctl-postgres",
            launch.data().toString(),
            launch.kept() ? "INT" : "QUIT",
            launch.kept() ? launch.home().resolve("clean").toString() : "",
            launch.run().toString(),
            launch.entry().toString()));
    command.addAll(launch.user().command(postgres(launch, port)));
    Path log = launch.run().resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(launch.run().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder
        .environment()
        .keySet()
        .removeIf(
            name -> name.startsWith("EVALCTL_") || name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put(EmbeddedEntry.MARKER, launch.id());
    return new ServerProcess(ProcessSession.start(builder, time), launch.id(), log, port, time);
  }

  private static List<String> postgres(Launch launch, int port) {
    List<String> words = new ArrayList<>();
    words.add(launch.binaries().program("postgres").toString());
    words.addAll(List.of("-D", launch.data().toString()));
    String run = launch.run().toString();
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "port=" + port,
            "unix_socket_directories=" + (run.length() < MOST_SOCKET_PATH ? run : ""),
            "unix_socket_permissions=0700",
            // Thrown away, or at worst built again.
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_size=256MB",
            // There are some for each clone.
            "log_checkpoints=off",
            "max_wal_senders=0",
            "max_connections=200",
            EmbeddedFiles.FEW_ITERATIONS,
            // A container's /dev/shm is small, and what is there outlives a killed server.
            "dynamic_shared_memory_type=mmap",
            "timezone=UTC",
            "log_timezone=UTC",
            "logging_collector=off")) {
      words.addAll(List.of("-c", setting));
    }
    return words;
  }

  int port() {
    return port;
  }

  boolean alive() {
    return session.process().isAlive();
  }

  /** Ends it; when that does not work in time, by SIGKILL. Never throws. */
  void stop() {
    boolean interrupted = Thread.interrupted();
    try {
      session.process().getOutputStream().close();
    } catch (IOException e) {
      // the guard is gone
    }
    try {
      Waiter.reached(
          "the end of the embedded PostgreSQL",
          Deadline.in(END_LIMIT, time),
          LOOK,
          () -> !session.process().isAlive());
      MarkedProcesses.killAll(EmbeddedEntry.MARKER, id, time);
    } catch (EvalctlException e) {
      interrupted |= e.code() == ErrorCode.INTERRUPTED;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The last thing of note in its log; what made it panic is, more than what came of that. */
  String lastWords() {
    try {
      List<String> lines = said();
      return last(lines, "PANIC")
          .or(() -> last(lines, "FATAL"))
          .or(() -> last(lines, ""))
          .orElse("it said nothing");
    } catch (IOException e) {
      return "there is no log: " + e.getMessage();
    }
  }

  private boolean portTaken() {
    try {
      return last(said(), "could not bind").isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> said() throws IOException {
    return Files.readAllLines(log, StandardCharsets.ISO_8859_1);
  }

  private static Optional<String> last(List<String> lines, String word) {
    return lines.stream().filter(line -> line.contains(word)).reduce((first, second) -> second);
  }

  /** Line 8 of postmaster.pid tells the state: src/include/utils/pidfile.h. */
  private boolean awaitReady(Launch launch, Deadline deadline) {
    Path file = launch.data().resolve("postmaster.pid");
    boolean[] ready = {false};
    Waiter.until(
        "the embedded PostgreSQL to take connections",
        deadline,
        LOOK,
        () -> {
          ready[0] = says(file, "ready") && says(file, Integer.toString(port));
          return ready[0] || !alive();
        });
    return ready[0] && alive();
  }

  private static boolean says(Path file, String word) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() > STATUS_LINE
          && lines.stream().anyMatch(line -> line.strip().equals(word));
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_START, "there is no free port on 127.0.0.1: " + e, null, e);
    }
  }
}
