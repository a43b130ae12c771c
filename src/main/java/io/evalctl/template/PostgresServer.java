package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;

/** A server that is there. Thread-safe. */
sealed interface PostgresServer extends AutoCloseable permits EmbeddedServer, ExternalServer {

  /** With the role that owns templates and clones. */
  ServerAddress address();

  /** What it told about itself. */
  ServerTraits traits();

  default ServerFacts facts() {
    return traits().facts();
  }

  /** What no two servers have in common. */
  default String identity() {
    return traits().identity();
  }

  /** What CREATE DATABASE needs to make a database in UTF-8. */
  default String encodingClause() {
    return traits().encodingClause();
  }

  /** The strategy of CREATE DATABASE that serves it best; null for its own choice. */
  default String cloneStrategy() {
    return null;
  }

  /**
   * The database that all sessions meet in: advisory locks are per database.
   *
   * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html">section 13.3.5</a>
   */
  String maintenanceDatabase();

  /** A connection that may create extensions. */
  default Connection privileged(String database) throws SQLException {
    return address().open(database);
  }

  /**
   * Drops all roles that migrations and others have made, with what they own in the maintenance
   * database, where the server is evalctl's own.
   *
   * @return whether there were any
   */
  default boolean dropRoles() throws SQLException {
    return false;
  }

  /** Whether all that is on it goes when it is closed. */
  boolean throwaway();

  /** A connection to the maintenance database that the server does not end for being idle. */
  default Connection maintenance() throws SQLException {
    Connection connection = address().open(maintenanceDatabase());
    if (facts().endsIdleSessions()) {
      Sql.run(connection, "set idle_session_timeout = 0");
    }
    return connection;
  }

  /** Why it does not answer, when it is known; else null. */
  default String obituary() {
    return null;
  }

  /**
   * What it did not do, with its last words where it has ended.
   *
   * @param what completes "cannot ..."
   */
  default EvalctlException failure(String what, SQLException e) {
    EvalctlException failure = DatabaseError.of(what, address(), e);
    String obituary = obituary();
    return obituary == null
        ? failure
        : new EvalctlException(ErrorCode.POSTGRES_UNREACHABLE, obituary, null, e);
  }

  @Override
  void close();
}
