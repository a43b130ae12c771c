package io.evalctl.template;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The planner's statistics of a template: without them each clone would plan by guesses until
 * autovacuum finds it, or does not. They are evalctl's own wish, so what cannot be had is told and
 * done without. One thread uses it.
 *
 * <p>ANALYZE runs the functions of expression indexes and extended statistics, since PostgreSQL 17
 * with a search_path that holds no schema of the user's, and asks the servers of foreign tables
 * that are parts of others.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-analyze.html">ANALYZE</a>
 */
final class TemplateStatistics {
  private static final int MOST_NAMED = 3;

  private static final String ASKS_OTHERS =
      """
      select 1 from pg_inherits join pg_class c on c.oid = inhrelid where c.relkind = 'f' limit 1
      """;

  private static final String TABLES =
      """
      select format('%I.%I', n.nspname, c.relname),
             (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
              where attrelid = c.oid and attnum > 0 and not attisdropped)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'
        and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      order by 1
      """;

  private record Table(String name, String columns) {}

  private final Connection connection;
  private final List<String> without = new ArrayList<>();
  private SQLException first;

  private TemplateStatistics(Connection connection) {
    this.connection = connection;
  }

  /**
   * Gathers what can be gathered; of what cannot, the listener hears.
   *
   * @throws SQLException when the connection or the server is gone
   */
  static void gather(ServerAddress server, String database, TemplateListener listener)
      throws SQLException {
    try (Connection connection = server.unlimited(database)) {
      TemplateStatistics statistics = new TemplateStatistics(connection);
      statistics.gather();
      if (statistics.first != null) {
        listener.warning(
            "the template has no planner statistics of %s, which PostgreSQL cannot gather (%s)"
                .formatted(statistics.named(), DatabaseError.reason(server, statistics.first)));
      }
    } catch (SQLException e) {
      if (DatabaseError.lost(e)) {
        throw e;
      }
      listener.warning(
          "the template has no planner statistics: " + DatabaseError.reason(server, e));
    }
  }

  private void gather() throws SQLException {
    boolean asksOthers = !Sql.rows(connection, ASKS_OTHERS, row -> row).isEmpty();
    if (!asksOthers && analyzed("")) {
      return;
    }
    first = null;
    Sql.run(connection, "set statement_timeout = '30s'");
    for (Table table :
        Sql.rows(connection, TABLES, row -> new Table(row.getString(1), row.getString(2)))) {
      if (analyzed(table.name())) {
        continue;
      }
      // With columns that are named, ANALYZE leaves the expressions of indexes alone.
      boolean columns =
          table.columns() != null && analyzed(table.name() + " (" + table.columns() + ")");
      without.add((columns ? "expressions of indexes on " : "table ") + table.name());
    }
  }

  private boolean analyzed(String what) throws SQLException {
    try {
      Sql.run(connection, "analyze " + what);
      return true;
    } catch (SQLException e) {
      if (DatabaseError.lost(e)) {
        throw e;
      }
      first = first == null ? e : first;
      return false;
    }
  }

  private String named() {
    int more = without.size() - MOST_NAMED;
    return String.join(", ", without.subList(0, Math.min(MOST_NAMED, without.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
