package io.evalctl.template;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A session-level advisory lock in the maintenance database: it ends with the connection that took
 * it. Sessions and templates are told apart by name; the key is the first eight bytes of the name's
 * SHA-256.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html">section 9.28.10</a>
 */
record AdvisoryLock(long key) {

  /** Held, shared, by a session while it lives. */
  static AdvisoryLock ofSession(String session) {
    return named("evalctl session " + session);
  }

  /** Held, shared, by each session that uses a template. */
  static AdvisoryLock ofUse(String template) {
    return named("evalctl use " + template);
  }

  /** Held by whoever builds or drops a template. */
  static AdvisoryLock ofBuild(String template) {
    return named("evalctl build " + template);
  }

  boolean tryExclusive(Connection connection) throws SQLException {
    return asks(connection, "select pg_try_advisory_lock(?)");
  }

  boolean tryShared(Connection connection) throws SQLException {
    return asks(connection, "select pg_try_advisory_lock_shared(?)");
  }

  void releaseExclusive(Connection connection) throws SQLException {
    asks(connection, "select pg_advisory_unlock(?)");
  }

  void releaseShared(Connection connection) throws SQLException {
    asks(connection, "select pg_advisory_unlock_shared(?)");
  }

  /** Whether anybody holds it, in whichever database. */
  boolean held(Connection connection) throws SQLException {
    return Sql.value(
            connection,
            """
            select exists (select from pg_locks where locktype = 'advisory' and objsubid = 1
              and classid::bigint = (? >> 32) & 4294967295 and objid::bigint = ? & 4294967295
              and granted)
            """,
            key,
            key)
        .equals("t");
  }

  private boolean asks(Connection connection, String sql) throws SQLException {
    return Sql.value(connection, sql, key).equals("t");
  }

  private static AdvisoryLock named(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return new AdvisoryLock(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
