package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * What a server tells about itself.
 *
 * @param encodingClause for CREATE DATABASE; empty when the server's own encoding will do
 */
record ServerTraits(ServerFacts facts, String identity, String encodingClause) {
  static final int OLDEST = 130000;

  private static final String BACKEND = "select pg_backend_pid()";

  private static final String LOOK =
      """
      select current_setting('server_version_num')::int as number,
             split_part(current_setting('server_version'), ' ', 1) as version,
             pg_is_in_recovery() as standby,
             current_setting('transaction_read_only')::boolean as reads_only,
             (select rolcreatedb or rolsuper from pg_roles where rolname = current_user) as creates,
             pg_encoding_to_char(encoding) as encoding, datcollate, datctype,
             concat_ws('/', nullif(datctype, datcollate), nullif(j->>'datlocprovider', 'c'),
               coalesce(j->>'datlocale', j->>'daticulocale')) as more
      from (select d.*, to_jsonb(d) as j from pg_database d) d where datname = 'template0'
      """;

  /**
   * Looks, and refuses a server that cannot serve.
   *
   * @throws EvalctlException POSTGRES_REFUSED
   */
  static ServerTraits read(String kind, ServerAddress address, Connection connection)
      throws SQLException {
    // Row by row, so that an old server is told so before it is asked what it does not know.
    int number = Integer.parseInt(Sql.value(connection, "show server_version_num"));
    if (number < OLDEST) {
      throw new EvalctlException(
          ErrorCode.POSTGRES_REFUSED,
          "the server at %s is PostgreSQL %s; evalctl needs %d or newer"
              .formatted(
                  address.label(), Sql.value(connection, "show server_version"), OLDEST / 10_000),
          "use a newer server, or leave --pg out for the embedded one");
    }
    requireOwnSession(address, connection);
    return Sql.rows(
            connection,
            LOOK,
            row -> {
              if (row.getBoolean("standby")) {
                throw new EvalctlException(
                    ErrorCode.POSTGRES_REFUSED,
                    "the server at " + address.label() + " is a standby and takes no writes",
                    "name its primary");
              }
              if (row.getBoolean("reads_only")) {
                throw new EvalctlException(
                    ErrorCode.POSTGRES_REFUSED,
                    "role '" + address.user() + "' can only read on " + address.label(),
                    "default_transaction_read_only is on: turn it off for the role, or add"
                        + " ?options=-cdefault_transaction_read_only%3Doff to the URL");
              }
              if (!row.getBoolean("creates")) {
                throw new EvalctlException(
                    ErrorCode.POSTGRES_REFUSED,
                    "role '" + address.user() + "' may not create databases on " + address.label(),
                    "as an administrator: ALTER ROLE " + Sql.name(address.user()) + " CREATEDB");
              }
              String encoding = row.getString("encoding");
              String collate = row.getString("datcollate");
              boolean anyEncoding = collate.equals("C") || collate.equals("POSIX");
              boolean switched = !encoding.equals("UTF8") && anyEncoding;
              return new ServerTraits(
                  new ServerFacts(
                      kind,
                      row.getString("version"),
                      number,
                      address.label(),
                      switched ? "UTF8" : encoding,
                      row.getString("more").isEmpty()
                          ? collate
                          : collate + "/" + row.getString("more")),
                  identity(address, connection),
                  switched ? " encoding 'UTF8'" : "");
            })
        .get(0);
  }

  /**
   * A pooler that lends server sessions for a transaction at a time would let go of our locks, or
   * never: two of our connections have the same server process then. Only a pooler's greeting names
   * another process than the one that answers.
   */
  private static void requireOwnSession(ServerAddress address, Connection connection)
      throws SQLException {
    String process = Sql.value(connection, BACKEND);
    if (process.equals(Integer.toString(connection.unwrap(PGConnection.class).getBackendPID()))) {
      return;
    }
    try (Connection second = address.open(connection.getCatalog())) {
      if (Sql.value(second, BACKEND).equals(process)) {
        throw new EvalctlException(
            ErrorCode.POSTGRES_REFUSED,
            "a pooler that shares sessions answers at " + address.label(),
            "name the server itself, or a pool in session mode");
      }
    }
  }

  /** A hosted server may hide its identifier. */
  private static String identity(ServerAddress address, Connection connection) {
    try {
      return Sql.value(connection, "select system_identifier from pg_control_system()");
    } catch (SQLException e) {
      return address.label();
    }
  }
}
