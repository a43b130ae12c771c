package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.file.DirectoryTree;
import io.evalctl.process.ProcessOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A PostgreSQL of a session's own, on a free port of the loopback interface. Templates and clones
 * belong to a role that is no superuser: what a case runs there must not reach the machine through
 * COPY TO PROGRAM. Thread-safe.
 */
final class EmbeddedServer implements PostgresServer {
  private static final String OWNER = "evalctl";
  private static final String DATABASE = "postgres";

  private final EmbeddedEntry entry;
  private final Path registry;
  private final ServerProcess process;
  private final KeptDirectory kept;
  private final ServerAddress superuser;
  private final ServerAddress address;
  private final ServerTraits traits;

  private EmbeddedServer(
      EmbeddedEntry entry,
      Path registry,
      ServerProcess process,
      KeptDirectory kept,
      ServerAddress superuser,
      ServerAddress address,
      ServerTraits traits) {
    this.entry = entry;
    this.registry = registry;
    this.process = process;
    this.kept = kept;
    this.superuser = superuser;
    this.address = address;
    this.traits = traits;
  }

  /**
   * Clears away what dead servers left, then starts one.
   *
   * @throws EvalctlException POSTGRES_START
   */
  static EmbeddedServer start(
      ServerChoice.Embedded choice,
      TemplateOptions options,
      TemplateListener listener,
      Deadline deadline,
      TimeSource time) {
    new EmbeddedSweep(options.state(), options.cache(), time).clear();
    LaunchUser user = LaunchUser.find(time);
    return start(choice, options, listener, user, deadline, time);
  }

  static EmbeddedServer start(
      ServerChoice.Embedded choice,
      TemplateOptions options,
      TemplateListener listener,
      LaunchUser user,
      Deadline deadline,
      TimeSource time) {
    EmbeddedFiles files = EmbeddedFiles.in(options.cache(), user, time);
    String id = UUID.randomUUID().toString().substring(0, 13);
    Path registry = EmbeddedSweep.registry(options.state());
    // What is kept outlives the machine's memory.
    Path run =
        options.keepTemplate()
            ? files.run(id)
            : DataPlace.find(choice.directory(), user, id).orElse(files.run(id));
    EmbeddedEntry entry =
        new EmbeddedEntry(id, ProcessOwner.self(), run, run.resolve("data"), time.now());
    KeptDirectory kept = null;
    ServerProcess process = null;
    try {
      entry.write(registry);
      files.createRun(entry.directory());
      PostgresBinaries binaries = files.binaries(id);
      kept = options.keepTemplate() ? KeptDirectory.lock(files, listener) : null;
      Path home = kept == null ? entry.directory() : kept.home();
      if (kept == null || !kept.usable()) {
        files.makeData(binaries, home, id);
      }
      user.own(entry.directory());
      ServerProcess.Launch launch =
          new ServerProcess.Launch(
              id, binaries, user, home, entry.directory(), entry.file(registry), kept != null);
      if (kept != null) {
        entry.withData(launch.data()).write(registry);
        kept.inUse();
      }
      process = ServerProcess.start(launch, deadline);
      return prepared(entry, registry, process, kept, Files.readString(home.resolve("password")));
    } catch (IOException e) {
      end(entry, registry, process, kept);
      throw new EvalctlException(
          ErrorCode.POSTGRES_START,
          "the embedded PostgreSQL's files cannot be made: " + e,
          DataPlace.hint(
              e.toString(),
              "set XDG_CACHE_HOME and XDG_STATE_HOME to directories that can be written to"),
          e);
    } catch (RuntimeException e) {
      end(entry, registry, process, kept);
      throw e;
    } finally {
      files.clear(id, run);
    }
  }

  private static EmbeddedServer prepared(
      EmbeddedEntry entry,
      Path registry,
      ServerProcess process,
      KeptDirectory kept,
      String password) {
    Map<String, String> plain = Map.of("sslmode", "disable");
    ServerAddress superuser =
        new ServerAddress(
            "127.0.0.1", process.port(), DATABASE, EmbeddedFiles.SUPERUSER, password, plain);
    ServerAddress address =
        new ServerAddress(
            "127.0.0.1", process.port(), DATABASE, OWNER, EmbeddedFiles.secret(), plain);
    try (Connection connection = superuser.open(DATABASE)) {
      boolean there =
          !Sql.rows(connection, "select 1 from pg_roles where rolname = ?", row -> row, OWNER)
              .isEmpty();
      Sql.run(
          connection,
          (there ? "alter" : "create")
              + " role "
              + Sql.name(OWNER)
              + " login createdb createrole password "
              + Sql.text(address.password()));
    } catch (SQLException e) {
      throw startFailed(process, superuser, e);
    }
    try (Connection connection = address.open(DATABASE)) {
      return new EmbeddedServer(
          entry,
          registry,
          process,
          kept,
          superuser,
          address,
          ServerTraits.read("embedded", address, connection));
    } catch (SQLException e) {
      throw startFailed(process, address, e);
    }
  }

  private static EvalctlException startFailed(
      ServerProcess process, ServerAddress address, SQLException e) {
    return new EvalctlException(
        ErrorCode.POSTGRES_START,
        "the embedded PostgreSQL started, but cannot be used: "
            + DatabaseError.reason(address, e)
            + " (its log: "
            + process.lastWords()
            + ")",
        "name a server with --pg",
        e);
  }

  @Override
  public ServerAddress address() {
    return address;
  }

  /** The superuser, who is for evalctl alone. */
  ServerAddress administrator() {
    return superuser;
  }

  @Override
  public ServerTraits traits() {
    return traits;
  }

  /**
   * Without fsync, copying files costs half of what writing their pages to the log does, and no
   * room in the log.
   */
  @Override
  public String cloneStrategy() {
    return "file_copy";
  }

  @Override
  public String maintenanceDatabase() {
    return DATABASE;
  }

  @Override
  public Connection privileged(String database) throws SQLException {
    return superuser.open(database);
  }

  @Override
  public boolean dropRoles() throws SQLException {
    try (Connection connection = superuser.open(DATABASE)) {
      List<String> roles =
          Sql.rows(
              connection,
              "select rolname from pg_roles where oid >= 16384 and rolname <> ? order by oid desc",
              row -> row.getString(1),
              OWNER);
      for (String role : roles) {
        Sql.run(connection, "drop owned by " + Sql.name(role));
      }
      for (String role : roles) {
        Sql.run(connection, "drop role " + Sql.name(role));
      }
      return !roles.isEmpty();
    }
  }

  @Override
  public boolean throwaway() {
    return kept == null;
  }

  /** A server that cannot write its log of changes panics, and mostly does not come back. */
  @Override
  public String obituary() {
    String said = process.lastWords();
    if (said.contains("PANIC") && DataPlace.full(said)) {
      return "there is no room for the embedded PostgreSQL in "
          + entry.data().getParent()
          + " ("
          + DataPlace.SETTING
          + " gives it another directory); its log: "
          + said;
    }
    return process.alive() ? null : "the embedded PostgreSQL has ended; its log: " + said;
  }

  @Override
  public void close() {
    end(entry, registry, process, kept);
  }

  private static void end(
      EmbeddedEntry entry, Path registry, ServerProcess process, KeptDirectory kept) {
    if (process != null) {
      process.stop();
    }
    if (kept != null) {
      kept.release();
    }
    try {
      DirectoryTree.delete(entry.directory());
      entry.remove(registry);
    } catch (IOException e) {
      // The entry stays, and a later evalctl clears away what is left.
    }
  }
}
