package io.evalctl.template;

import io.evalctl.clock.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A session on a server: its names, its locks, its notes. Thread-safe.
 *
 * @param host for people who read a database's comment
 */
record ServerSession(
    PostgresServer server,
    DatabaseNames names,
    Presence presence,
    IntentLog intents,
    TemplateOptions options,
    TemplateListener listener,
    TimeSource time,
    String host)
    implements AutoCloseable {

  /** Takes the session's lock first: who is on record without it counts as dead. */
  static ServerSession open(
      PostgresServer server, TemplateOptions options, TemplateListener listener, TimeSource time) {
    DatabaseNames names = DatabaseNames.of(options.runId());
    Presence presence;
    try {
      presence = new Presence(server, names.session());
    } catch (SQLException e) {
      throw DatabaseError.of("open a session", server.address(), e);
    }
    try {
      IntentLog intents = IntentLog.create(options.state(), names.session(), server.identity());
      return new ServerSession(
          server, names, presence, intents, options, listener, time, hostName());
    } catch (RuntimeException e) {
      presence.close();
      throw e;
    }
  }

  /**
   * A connection that creates databases. It holds the session's lock, too: a server that is at
   * CREATE DATABASE goes on with it when its client is killed, and until that is done nobody can
   * tell what the session has left.
   */
  Connection creator() throws SQLException {
    Connection connection = server.maintenance();
    AdvisoryLock.ofSession(names.session()).tryShared(connection);
    return connection;
  }

  /**
   * The strategy of CREATE DATABASE to be named; null where the server chooses, or has no choice.
   */
  String cloneStrategy() {
    if (!server.facts().knowsStrategy()) {
      return null;
    }
    return options.cloneStrategy() == null ? server.cloneStrategy() : options.cloneStrategy();
  }

  /** Whether clones are copied through the server's log, which is its own choice where it can. */
  boolean clonesThroughLog() {
    return server.facts().knowsStrategy()
        && (cloneStrategy() == null || cloneStrategy().equalsIgnoreCase("wal_log"));
  }

  Provenance provenance(Provenance.Kind kind, String key) {
    return new Provenance(
        kind,
        names.session(),
        host,
        ProcessHandle.current().pid(),
        time.now(),
        key,
        options.keepTemplate());
  }

  @Override
  public void close() {
    presence.close();
    intents.close();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
