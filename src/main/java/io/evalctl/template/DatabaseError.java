package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.SQLException;

/**
 * Turns the driver's exceptions into ours, by SQLSTATE: the texts of a server may be in any
 * language (appendix A of PostgreSQL's manual).
 */
final class DatabaseError {
  static final String DUPLICATE_DATABASE = "42P04";
  static final String UNKNOWN_DATABASE = "3D000";
  static final String OBJECT_IN_USE = "55006";
  static final String DISK_FULL = "53100";
  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String NO_PRIVILEGE = "42501";
  private static final String DRIVER_REFUSES = "28000";

  private DatabaseError() {}

  /**
   * @param what completes "cannot ..."
   */
  static EvalctlException of(String what, ServerAddress server, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String text = "cannot " + what + " on " + server.label() + ": " + reason(server, e);
    if (state.startsWith("28") || state.equals(DRIVER_REFUSES)) {
      return new EvalctlException(
          ErrorCode.POSTGRES_REFUSED,
          text,
          "check user '" + server.user() + "' and its password (PGPASSWORD, DATABASE_URL)",
          e);
    }
    if (state.equals("08004") && server.password() == null) {
      return new EvalctlException(
          ErrorCode.POSTGRES_REFUSED, text, "set PGPASSWORD, or PGPASSFILE", e);
    }
    if (lost(e)) {
      return new EvalctlException(
          ErrorCode.POSTGRES_UNREACHABLE, text, "check that the server runs and can be reached", e);
    }
    return switch (state) {
      case NO_PRIVILEGE ->
          new EvalctlException(
              ErrorCode.POSTGRES_REFUSED,
              text,
              "role '" + server.user() + "' needs CREATEDB, and to own what it drops",
              e);
      case DISK_FULL ->
          new EvalctlException(ErrorCode.DATABASE_FAILED, text, DataPlace.MAKE_ROOM, e);
      case OBJECT_IN_USE ->
          new EvalctlException(
              ErrorCode.DATABASE_FAILED, text, "end the sessions of others in that database", e);
      case TOO_MANY_CONNECTIONS ->
          new EvalctlException(
              ErrorCode.DATABASE_FAILED,
              text,
              "end other sessions, or raise the server's max_connections",
              e);
      default ->
          new EvalctlException(
              ErrorCode.DATABASE_FAILED, text, DataPlace.hint(e.toString(), null), e);
    };
  }

  /** Whether the statement is not to blame: the server is gone, or has no room. */
  static boolean serversFault(SQLException e) {
    return lost(e) || e.getSQLState() != null && e.getSQLState().startsWith("53");
  }

  /** The exception of the driver that is behind another one, or null. */
  static SQLException cause(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }

  /** Whether the connection, or the whole server, is gone. */
  static boolean lost(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08") || state.startsWith("57P0");
  }

  static boolean is(SQLException e, String state) {
    return state.equals(e.getSQLState());
  }

  /** The first line of what the server said. */
  static String reason(ServerAddress server, Throwable e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return server.redact(text.lines().findFirst().orElse("").strip());
  }
}
