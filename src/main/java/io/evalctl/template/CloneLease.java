package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A database for one case. Closing it ends all sessions of the database, whoever's they are, and
 * drops it: in the background, so that the next case need not wait, and with another attempt where
 * that fails. {@link TemplateDatabase#close()} waits for it. Thread-safe.
 */
public final class CloneLease implements AutoCloseable {
  private final Clone clone;
  private final PostgresServer server;
  private final ServerAddress address;
  private final Duration waited;
  private final Consumer<Clone> giveBack;
  private final AtomicBoolean closed = new AtomicBoolean();

  CloneLease(Clone clone, PostgresServer server, Duration waited, Consumer<Clone> giveBack) {
    this.clone = clone;
    this.server = server;
    this.address = server.address();
    this.waited = waited;
    this.giveBack = giveBack;
  }

  /** The database's name. */
  public String name() {
    return clone.name();
  }

  /** For JDBC, with user and password in it: it is a secret. */
  public String jdbcUrl() {
    return address.jdbcUrl(clone.name());
  }

  /** As libpq and most others read it, user and password percent-encoded: it is a secret. */
  public String databaseUrl() {
    return address.databaseUrl(clone.name());
  }

  /**
   * {@code DATABASE_URL}, {@code PGHOST}, {@code PGPORT}, {@code PGUSER}, {@code PGPASSWORD} and
   * {@code PGDATABASE}, and {@code PGSSLMODE} and its like where the server's address has them.
   */
  public Map<String, String> environment() {
    return address.environment(clone.name());
  }

  /**
   * A new connection to the clone; the caller closes it.
   *
   * @throws EvalctlException DATABASE_FAILED, and POSTGRES_UNREACHABLE when the server is gone
   */
  public Connection connect() {
    Connection connection = address.connect(clone.name());
    try {
      DatabaseProperties.unhide(connection, clone.hidden());
      return connection;
    } catch (SQLException e) {
      abort(connection);
      throw DatabaseError.of("connect to database " + clone.name(), address, e);
    }
  }

  /**
   * Loads a file of SQL, of any size: statements as psql would run them, each a transaction of its
   * own unless the file says BEGIN, and pg_dump's plain output with its COPY blocks. When it fails
   * the clone holds a part of it and is good for nothing but being closed.
   *
   * @throws EvalctlException FIXTURE_FAILED with file, line and the server's message,
   *     DEADLINE_EXCEEDED, INTERRUPTED
   */
  public void load(Path sqlScript, Deadline deadline) {
    try (Connection connection = address.open(clone.name(), SqlScript.PROPERTIES)) {
      Cancellable.run(
          "fixture " + sqlScript,
          deadline,
          () -> {
            DatabaseProperties.unhide(connection, clone.hidden());
            SqlScript.load(sqlScript, connection);
            return null;
          },
          () -> abort(connection));
    } catch (SQLException e) {
      throw DatabaseError.of("load fixture " + sqlScript, address, e);
    }
  }

  /**
   * Makes sure that what went wrong with the clone did not go wrong with the whole server. A
   * database that is gone or closed is nothing to this: who has the lease may do that to it.
   *
   * @throws EvalctlException POSTGRES_UNREACHABLE
   */
  public void requireServer() {
    try {
      address.open(clone.name()).close();
    } catch (SQLException e) {
      if (DatabaseError.lost(e)) {
        throw server.failure("go on with database " + clone.name(), e);
      }
    }
  }

  /** How long getting the lease took. */
  public Duration waited() {
    return waited;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      giveBack.accept(clone);
    }
  }

  /** The server notices; the clone is of no use any more either way. */
  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new EvalctlException(
          ErrorCode.DATABASE_FAILED, "a connection cannot be ended: " + e.getMessage(), null, e);
    }
  }
}
