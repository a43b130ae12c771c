package io.evalctl.template;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is attached to a database rather than in it, which {@code CREATE DATABASE ... TEMPLATE} does
 * not copy: owner, settings (of all roles or of one), privileges, connection limit and security
 * labels. Its subscriptions stay behind: one belongs to one database. Immutable.
 *
 * @param owner null when it is the role that clones
 * @param statements what gives them to a clone, each with {@code %s} for its name
 * @param hidden what makes the settings count again that the driver hides, which names a time zone
 *     and a style of dates of its own when it connects
 * @see <a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">CREATE
 *     DATABASE</a>
 */
record DatabaseProperties(String owner, List<String> statements, List<String> hidden) {
  /** Of those that hold lists of names, the ones that can be set for a database. */
  private static final Set<String> NAME_LISTS =
      Set.of(
          "local_preload_libraries",
          "search_path",
          "session_preload_libraries",
          "temp_tablespaces");

  private static final String PLACE = "%s";

  private static final String BASICS =
      """
      select nullif(pg_get_userbyid(datdba), current_user),
             pg_has_role(datdba, 'usage'), datconnlimit, datacl is not null,
             pg_get_userbyid(datdba)
      from pg_database where datname = ?
      """;

  private static final String SETTINGS =
      """
      select pg_get_userbyid(nullif(setrole, 0)), unnest(setconfig),
             setrole = 0 or pg_get_userbyid(setrole) = current_user
      from pg_db_role_setting join pg_database d on d.oid = setdatabase where datname = ?
      order by setrole
      """;

  private static final String PRIVILEGES =
      """
      select pg_get_userbyid(nullif(grantee, 0)), privilege_type, bool_or(is_grantable)
      from pg_database, aclexplode(datacl) where datname = ? group by 1, 2 order by 1, 2
      """;

  private static final String LABELS =
      """
      select provider, label from pg_shseclabel join pg_database d on d.oid = objoid
      where classoid = 'pg_database'::regclass and datname = ?
      """;

  DatabaseProperties {
    statements = List.copyOf(statements);
    hidden = List.copyOf(hidden);
  }

  /**
   * @param admin a connection of the role that clones
   * @throws EvalctlException MIGRATION_FAILED when the database's owner is none that the role can
   *     act for
   */
  static DatabaseProperties read(Connection admin, String database) throws SQLException {
    List<String> statements = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    settings(admin, database, statements, hidden);
    List<String> owner =
        Sql.rows(
            admin,
            BASICS,
            row -> {
              if (!row.getBoolean(2)) {
                throw foreign(row.getString(1));
              }
              if (row.getInt(3) >= 0) {
                statements.add(alter() + "connection limit " + row.getInt(3));
              }
              if (row.getBoolean(4)) {
                privileges(admin, database, row.getString(5), statements);
              }
              return row.getString(1);
            },
            database);
    Sql.rows(
        admin,
        LABELS,
        row ->
            statements.add(
                "security label for %s on database %s is %s"
                    .formatted(literal(Sql.name(row.getString(1))), PLACE, text(row.getString(2)))),
        database);
    return new DatabaseProperties(owner.get(0), statements, hidden);
  }

  /** For CREATE DATABASE; empty when there is nothing to say. */
  String ownerClause() {
    return owner == null ? "" : " owner " + Sql.name(owner);
  }

  /** One message for the server, which takes it as one transaction; empty when there is nothing. */
  String give(String clone) {
    StringBuilder all = new StringBuilder();
    statements.forEach(one -> all.append("; ").append(one.formatted(Sql.name(clone))));
    return all.toString();
  }

  /**
   * Makes sure, on the template itself, that its clones can be given them: a migrator may have
   * acted for a role that may do more.
   *
   * @throws EvalctlException MIGRATION_FAILED
   */
  void requireGivable(Connection admin, String template) throws SQLException {
    if (statements.isEmpty()) {
      return;
    }
    try {
      Sql.run(admin, "begin" + give(template));
    } catch (SQLException e) {
      if (DatabaseError.serversFault(e)) {
        throw e;
      }
      throw new EvalctlException(
          ErrorCode.MIGRATION_FAILED,
          "clones cannot be given what the migrations set for the database: " + e.getMessage(),
          "name a role with --pg that may set it, or leave it to the migrations of each database",
          e);
    } finally {
      Sql.run(admin, "rollback");
    }
  }

  /** The session now goes by the database's settings, as psql's does. */
  static void unhide(Connection connection, List<String> hidden) throws SQLException {
    if (!hidden.isEmpty()) {
      Sql.run(connection, String.join("; ", hidden));
    }
  }

  private static void settings(
      Connection admin, String database, List<String> statements, List<String> hidden)
      throws SQLException {
    Sql.rows(
        admin,
        SETTINGS,
        row -> {
          String role = row.getString(1);
          String setting = row.getString(2);
          int equals = setting.indexOf('=');
          String name = setting.substring(0, equals);
          String value = setting.substring(equals + 1);
          if (row.getBoolean(3)) {
            unhide(name, value).ifPresent(hidden::add);
          }
          return statements.add(
              (role == null
                      ? alter()
                      : "alter role " + literal(Sql.name(role)) + " in database " + PLACE + " ")
                  + "set "
                  + literal(Sql.name(name))
                  + " to "
                  + (NAME_LISTS.contains(name) ? names(value) : text(value)));
        },
        database);
  }

  private static Optional<String> unhide(String name, String value) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "timezone" -> Optional.of("set timezone to " + Sql.text(value));
      case DateStyle.NAME ->
          DateStyle.iso(value).map(style -> "set datestyle to " + Sql.text(style));
      default -> Optional.empty();
    };
  }

  private static void privileges(
      Connection admin, String database, String owner, List<String> statements)
      throws SQLException {
    // What a new database has: all for its owner, CONNECT and TEMPORARY for everybody.
    statements.add("revoke all on database " + PLACE + " from public, " + literal(Sql.name(owner)));
    Map<String, List<String>> granted = new LinkedHashMap<>();
    Sql.rows(
        admin,
        PRIVILEGES,
        row -> {
          String grantee = row.getString(1);
          String to =
              " to "
                  + (grantee == null ? "public" : literal(Sql.name(grantee)))
                  + (row.getBoolean(3) ? " with grant option" : "");
          return granted
              .computeIfAbsent(to, none -> new ArrayList<>())
              .add(row.getString(2).toLowerCase(Locale.ROOT));
        },
        database);
    granted.forEach(
        (to, rights) ->
            statements.add("grant " + String.join(", ", rights) + " on database " + PLACE + to));
  }

  /**
   * The names of a list, as {@code SplitGUCList} in src/backend/utils/adt/varlena.c takes it apart,
   * each as a text of its own: one text for all would be one name.
   */
  private static String names(String list) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"' && quoted && i + 1 < list.length() && list.charAt(i + 1) == '"') {
        name.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        names.add(text(name.toString()));
        name.setLength(0);
      } else if (quoted || !Character.isWhitespace(c)) {
        name.append(c);
      }
    }
    names.add(text(name.toString()));
    return String.join(", ", names);
  }

  private static String alter() {
    return "alter database " + PLACE + " ";
  }

  private static String text(String text) {
    return literal(Sql.text(text));
  }

  private static String literal(String sql) {
    return sql.replace("%", "%%");
  }

  private static EvalctlException foreign(String owner) {
    return new EvalctlException(
        ErrorCode.MIGRATION_FAILED,
        "the migrations give the database to role '%s', for which the role of --pg cannot act"
            .formatted(owner),
        "GRANT %s TO that role, or leave ALTER DATABASE ... OWNER TO out"
            .formatted(Sql.name(owner)));
  }
}
