package io.evalctl.results;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statements on the store's one connection. Every method holds its lock, so it is thread-safe. */
final class Sql {
  private final Path file;
  private final Connection connection;

  Sql(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  Path file() {
    return file;
  }

  /** Reads one row into a record. */
  interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  /** Work that is committed as a whole, or not at all. */
  interface Transaction<T> {
    T run() throws SQLException;
  }

  synchronized <T> T transaction(Transaction<T> work) {
    try {
      connection.setAutoCommit(false);
      T result;
      try {
        result = work.run();
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        abandon(e);
        throw e;
      }
      connection.setAutoCommit(true);
      return result;
    } catch (SQLException e) {
      throw StoreFile.failure(file, e);
    }
  }

  /** After some errors, such as a full disk, SQLite has rolled back by itself and says so again. */
  private void abandon(Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  /** Inserts a row given as column to value. */
  synchronized long insert(String table, Map<String, Object> row) {
    String sql =
        "insert into %s (%s) values (%s)"
            .formatted(
                table,
                String.join(", ", row.keySet()),
                String.join(", ", Collections.nCopies(row.size(), "?")));
    update(sql, row.values());
    return query("select last_insert_rowid()", List.of(), result -> result.getLong(1)).get(0);
  }

  synchronized int update(String sql, Collection<?> values) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw StoreFile.failure(file, e);
    }
  }

  synchronized <T> List<T> query(String sql, Collection<?> values, Mapper<T> mapper) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(mapper.map(rows));
        }
        return found;
      }
    } catch (SQLException e) {
      throw StoreFile.failure(file, e);
    }
  }

  <T> Optional<T> first(String sql, Collection<?> values, Mapper<T> mapper) {
    return query(sql, values, mapper).stream().findFirst();
  }

  synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw StoreFile.failure(file, e);
    }
  }

  /** A row under construction; null values are allowed, the order is kept. */
  static Map<String, Object> row(Object... columnsAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      row.put((String) columnsAndValues[i], columnsAndValues[i + 1]);
    }
    return row;
  }

  static Long nullableLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private static void bind(PreparedStatement statement, Collection<?> values) throws SQLException {
    int index = 1;
    for (Object value : values) {
      statement.setObject(index++, value);
    }
  }
}
