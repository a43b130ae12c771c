package io.evalctl.rlm;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The database of a case, which model-written code reaches as {@code sql(query, params)}.
 *
 * <p>The role it connects as is all that holds the SQL back, so it must be one that reaches no
 * files and starts no programs of the server's machine: no superuser, none of {@code
 * pg_read_server_files}, {@code pg_write_server_files}, {@code pg_execute_server_program}. The
 * engine refuses any other.
 */
@FunctionalInterface
public interface Database {
  /** A new connection, which the engine closes. */
  Connection connect() throws SQLException;
}
