package io.evalctl.template;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * That a session lives, and which templates it uses, for all other sessions to see: locks that go
 * with its connection. Thread-safe.
 */
final class Presence implements AutoCloseable {
  private static final int VALID_SECONDS = 2;

  /** Locks are taken and released at once, or the server hangs. */
  private static final int ANSWER_MILLIS = 30_000;

  private final PostgresServer server;
  private final AdvisoryLock session;
  private final Set<AdvisoryLock> used = new LinkedHashSet<>();
  private Connection connection;

  Presence(PostgresServer server, String session) throws SQLException {
    this.server = server;
    this.session = AdvisoryLock.ofSession(session);
    renew();
  }

  /** Takes the locks again when the connection was lost: nobody must think us dead. */
  synchronized void keep() throws SQLException {
    if (!connection.isValid(VALID_SECONDS)) {
      close();
      renew();
    }
  }

  synchronized void use(String template) throws SQLException {
    keep();
    AdvisoryLock lock = AdvisoryLock.ofUse(template);
    if (used.add(lock)) {
      lock.tryShared(connection);
    }
  }

  synchronized void release(String template) throws SQLException {
    AdvisoryLock lock = AdvisoryLock.ofUse(template);
    if (used.remove(lock)) {
      lock.releaseShared(connection);
    }
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // the locks go with the connection
    }
  }

  private void renew() throws SQLException {
    connection = server.maintenance();
    connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    session.tryShared(connection);
    for (AdvisoryLock lock : used) {
      lock.tryShared(connection);
    }
  }
}
