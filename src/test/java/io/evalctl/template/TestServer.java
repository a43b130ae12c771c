package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real server that tests work on as its administrator. */
final class TestServer implements AutoCloseable {
  /** URL of an administrator on a throwaway server, with its password. */
  static final String VARIABLE = "EVALCTL_TEST_PG_URL";

  private final ServerAddress administrator;
  private final EmbeddedServer embedded;

  private TestServer(ServerAddress administrator, EmbeddedServer embedded) {
    this.administrator = administrator;
    this.embedded = embedded;
  }

  /** The newest version: evalctl's own, used as any other server. */
  static TestServer embedded(Path directory) {
    TimeSource time = TimeSource.system();
    EmbeddedServer server =
        EmbeddedServer.start(
            new ServerChoice.Embedded(),
            new TemplateOptions(false, 0, null, "test", directory.resolve("state"), cache()),
            TemplateListener.NONE,
            Deadline.in(Duration.ofMinutes(2), time),
            time);
    return new TestServer(server.administrator(), server);
  }

  /** The one in the environment. */
  static TestServer external() {
    ServerChoice choice =
        ServerChoice.parse("env", Map.of("DATABASE_URL", System.getenv(VARIABLE)));
    return new TestServer(((ServerChoice.External) choice).address(), null);
  }

  /** One that somebody else looks after. */
  static TestServer at(ServerAddress administrator) {
    return new TestServer(administrator, null);
  }

  /** Unpacked and initialised once for all tests. */
  static Path cache() {
    return Path.of("target", "test-cache").toAbsolutePath();
  }

  ServerAddress administrator() {
    return administrator;
  }

  /** As another role. */
  ServerAddress as(String user, String password) {
    return new ServerAddress(
        administrator.host(),
        administrator.port(),
        "postgres",
        user,
        password,
        administrator.parameters());
  }

  void run(String... statements) {
    try (Connection connection = administrator.open("postgres")) {
      for (String statement : statements) {
        Sql.run(connection, statement);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends every connection that evalctl has. */
  void cutConnections() {
    run(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where application_name like 'evalctl%' and pid <> pg_backend_pid()");
  }

  /** Every database that looks like ours. */
  List<String> databases() {
    try (Connection connection = administrator.open("postgres")) {
      return Sql.rows(
          connection,
          "select datname from pg_database where starts_with(datname::text, 'evalctl') order by 1",
          row -> row.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends an embedded one as a crash would. */
  void crash() {
    embedded.close();
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }
}
