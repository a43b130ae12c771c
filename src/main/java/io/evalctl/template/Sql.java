package io.evalctl.template;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** SQL with names and texts in it, where the protocol allows no parameters. Stateless. */
final class Sql {
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private Sql() {}

  /** A name, quoted: section 4.1.1 of PostgreSQL's manual. */
  static String name(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name holds no NUL");
    }
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }

  /** A text in the form that means the same whatever standard_conforming_strings says. */
  static String text(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text holds no NUL");
    }
    String doubled = text.replace("'", "''");
    return doubled.contains("\\")
        ? "E'" + doubled.replace("\\", "\\\\") + "'"
        : "'" + doubled + "'";
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  static <T> List<T> rows(
      Connection connection, String sql, RowReader<T> reader, Object... parameters)
      throws SQLException {
    List<T> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(reader.read(rows));
        }
      }
    }
    return found;
  }

  /** The first column of the first row, which must be there. */
  static String value(Connection connection, String sql, Object... parameters) throws SQLException {
    return rows(connection, sql, row -> row.getString(1), parameters).get(0);
  }
}
