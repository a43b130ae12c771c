package io.evalctl.operator.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The answer of a query that yields one row, as text, and what its columns stand for. */
final class OneRow {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OneRow() {}

  static List<String> of(Connection connection, String query, int columns, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      return of(statement, columns, parameters);
    }
  }

  static List<String> of(PreparedStatement statement, int columns, Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      List<String> values = new ArrayList<>(columns);
      for (int i = 1; i <= columns; i++) {
        values.add(row.getString(i));
      }
      return values;
    }
  }

  static long number(String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  static Long nullable(String text) {
    return text == null ? null : Long.valueOf(text);
  }

  static JsonNode json(String text) throws SQLException {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("unreadable text in a column: " + e.getOriginalMessage(), e);
    }
  }
}
