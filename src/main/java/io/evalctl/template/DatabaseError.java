package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/**
 * Turns the driver's exceptions into ours, by SQLSTATE: the texts of a server may be in any
 * language (appendix A of PostgreSQL's manual).
 */
final class DatabaseError {
  static final String DUPLICATE_DATABASE = "42P04";
  static final String UNKNOWN_DATABASE = "3D000";
  static final String OBJECT_IN_USE = "55006";
  static final String DISK_FULL = "53100";

  /** What to do about {@link #roleExists}. */
  static final String ROLES_STAY =
      "a role belongs to the whole server and outlives the database it was made in: drop it, or"
          + " create it only where it is missing (DO $$ ... IF NOT EXISTS ... $$)";

  /** In the words of programs, which have no codes. */
  private static final Pattern ROLE_EXISTS = Pattern.compile("role \"[^\"]+\" already exists");

  private static final String DUPLICATE_OBJECT = "42710";
  private static final Set<String> ROLE_ROUTINES = Set.of("CreateRole", "RenameRole");
  private static final String TOO_MANY_CONNECTIONS = "53300";
  private static final String POOLERS_ERROR = "08P01";
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

  /**
   * Whether it creates a role that is there already; where in the server, is the same everywhere.
   */
  static boolean roleExists(SQLException e) {
    return e instanceof PSQLException refused
        && is(e, DUPLICATE_OBJECT)
        && refused.getServerErrorMessage() != null
        && ROLE_ROUTINES.contains(String.valueOf(refused.getServerErrorMessage().getRoutine()));
  }

  /** As above, of whatever failed for it. */
  static boolean roleExists(Throwable failure) {
    SQLException refused = cause(failure);
    return refused == null ? roleExists(failure.getMessage()) : roleExists(refused);
  }

  /** As above, of what a program said. */
  static boolean roleExists(String said) {
    return ROLE_EXISTS.matcher(String.valueOf(said)).find();
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
    return (state.startsWith("08") || state.startsWith("57P0")) && !vetoed(e) && !othersLost(e);
  }

  /** Whether it is the server that speaks, of one of its foreign servers; a pooler has 08P01. */
  private static boolean othersLost(SQLException e) {
    return e instanceof PSQLException refused
        && refused.getServerErrorMessage() != null
        && e.getSQLState().startsWith("08")
        && !is(e, POOLERS_ERROR);
  }

  /** Whether the driver itself ended a connection, for a setting that it cannot do with. */
  static boolean vetoed(SQLException e) {
    String text = String.valueOf(e.getMessage());
    return e instanceof PSQLException refused
        && refused.getServerErrorMessage() == null
        && (text.contains("client_encoding") || text.contains("DateStyle"));
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
