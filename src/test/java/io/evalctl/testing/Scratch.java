package io.evalctl.testing;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.process.MarkedProcesses;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;

/**
 * A user's world of its own: empty XDG directories, a temporary directory, and a marker in the
 * environment. Every process that comes of it is found by that marker, or (a node begins with an
 * empty environment) by this world's directory on its command line.
 */
public final class Scratch {
  private static final String MARKER = "EVALCTL_TEST_SCRATCH";

  private final Path directory;
  private final Path cache;
  private final String id = UUID.randomUUID().toString();

  public Scratch(Path directory) {
    this(directory, directory.resolve("cache"));
  }

  /**
   * @param cache an XDG cache directory that several worlds share, since filling one takes seconds
   */
  public Scratch(Path directory, Path cache) {
    this.directory = directory.toAbsolutePath();
    this.cache = cache.toAbsolutePath();
  }

  public Path directory() {
    return directory;
  }

  public Path resultsStore() {
    return directory.resolve("data/evalctl/eval.db");
  }

  public Path registry() {
    return directory.resolve("state/evalctl/runs");
  }

  /** Where runs have their directories. */
  public Path temporary() {
    try {
      return Files.createDirectories(directory.resolve("tmp"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("EVALCTL_"));
    environment.put("XDG_DATA_HOME", directory.resolve("data").toString());
    environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
    environment.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    environment.put("XDG_CACHE_HOME", cache.toString());
    environment.put("TMPDIR", temporary().toString());
    environment.put(MARKER, id);
    return environment;
  }

  /** Starts the built jar; its output goes to files in this world's directory. */
  public Running start(String... arguments) {
    return start(Map.of(), arguments);
  }

  public Running start(Map<String, String> more, String... arguments) {
    return startBy(List.of(), more, arguments);
  }

  /**
   * @param prefix a command that runs another: {@code nsenter --net=FILE}
   */
  public Running startBy(List<String> prefix, Map<String, String> more, String... arguments) {
    return Running.start(this, prefix, List.of(arguments), more);
  }

  /** Runs the built jar to its end. */
  public Running run(String... arguments) {
    return start(arguments).await();
  }

  /** The first column of a query on the results store, which must be there. */
  public List<String> query(String sql) {
    return query(resultsStore(), sql);
  }

  /** The first column of a query on a database that must be there; it is only read. */
  public static List<String> query(Path database, String sql) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(10_000);
    List<String> values = new ArrayList<>();
    try (Connection connection = config.createConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Waits up to a minute. */
  public static void await(String what, BooleanSupplier condition) {
    Waiter.until(
        what,
        Deadline.in(Duration.ofSeconds(60), TimeSource.system()),
        Duration.ofMillis(10),
        condition);
  }

  /** What is left: processes by their command lines, directories of runs, entries on record. */
  public List<String> remains() {
    List<String> remains = new ArrayList<>();
    processes()
        .forEach(
            process -> remains.add("process " + process.pid() + " " + commandLine(process.pid())));
    remains.addAll(files(temporary()));
    remains.addAll(files(registry()));
    return remains;
  }

  /** Every live process of this world. */
  public Set<ProcessIdentity> processes() {
    Set<ProcessIdentity> found = new LinkedHashSet<>(MarkedProcesses.find(MARKER, id));
    long self = ProcessHandle.current().pid();
    ProcessHandle.allProcesses()
        .filter(process -> process.pid() != self)
        .filter(process -> commandLine(process.pid()).contains(directory.toString()))
        .forEach(process -> ProcessIdentity.of(process.pid()).ifPresent(found::add));
    return found;
  }

  /** Ends whatever the test left, so that one failure does not become many. */
  public void end() {
    await(
        "the end of all processes of " + directory,
        () -> {
          Set<ProcessIdentity> left = processes();
          left.forEach(process -> process.signal(Signal.KILL));
          return left.isEmpty();
        });
  }

  private static List<String> files(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("sqlite-"))
          .filter(entry -> !entry.getFileName().toString().startsWith("hsperfdata"))
          .map(entry -> "file " + entry)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A process's words, with a space after each; nothing when it has ended. */
  public static String commandLine(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "cmdline");
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
