package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rows of a query as JSON values: numbers (whatever their SQL type), booleans, JSON and arrays
 * as such, null, and all else as the server writes it.
 *
 * @param columns their names
 * @param rows each with a value for every column
 */
record SqlRows(List<String> columns, List<List<JsonNode>> rows) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * @param most rows; one more ends the reading with {@code tooMany}
   */
  static SqlRows read(ResultSet result, int most, Runnable tooMany) throws SQLException {
    ResultSetMetaData meta = result.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(meta.getColumnLabel(i));
    }
    List<List<JsonNode>> rows = new ArrayList<>();
    while (result.next()) {
      if (rows.size() == most) {
        tooMany.run();
      }
      List<JsonNode> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(value(result, i, meta));
      }
      rows.add(row);
    }
    return new SqlRows(columns, rows);
  }

  private static JsonNode value(ResultSet result, int column, ResultSetMetaData meta)
      throws SQLException {
    String text = result.getString(column);
    if (text == null) {
      return NODES.nullNode();
    }
    String type = meta.getColumnTypeName(column);
    return switch (meta.getColumnType(column)) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.REAL, Types.DOUBLE ->
          type.equals("money") ? NODES.textNode(text) : number(text);
      case Types.BIT, Types.BOOLEAN ->
          type.equals("bool") ? NODES.booleanNode(text.startsWith("t")) : NODES.textNode(text);
      case Types.ARRAY -> array(result.getArray(column), text);
      default ->
          type.equals("json") || type.equals("jsonb")
              ? JsonValues.parse(text).orElse(NODES.textNode(text))
              : NODES.textNode(text);
    };
  }

  /** NaN and Infinity are no JSON numbers. */
  private static JsonNode number(String text) {
    try {
      return NODES.numberNode(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return NODES.textNode(text);
    }
  }

  private static JsonNode array(Array array, String text) throws SQLException {
    try {
      return array.getArray() instanceof Object[] items ? list(items) : NODES.textNode(text);
    } finally {
      array.free();
    }
  }

  private static ArrayNode list(Object[] items) {
    ArrayNode list = NODES.arrayNode();
    for (Object item : items) {
      if (item == null) {
        list.addNull();
      } else if (item instanceof Object[] inner) {
        list.add(list(inner));
      } else if (item instanceof Boolean flag) {
        list.add(flag);
      } else if (item instanceof Number) {
        list.add(number(item.toString()));
      } else {
        list.add(item.toString());
      }
    }
    return list;
  }

  /**
   * Whether a row is what a dataset writes for it: a single value, a list by position, or an object
   * by the columns' names.
   */
  boolean fits(List<JsonNode> row, JsonNode wanted) {
    if (row.size() == 1 && same(wanted, row.get(0))) {
      return true;
    }
    if (wanted.isArray() && wanted.size() == row.size()) {
      for (int i = 0; i < row.size(); i++) {
        if (!same(wanted.get(i), row.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (wanted.isObject() && wanted.size() == row.size()) {
      for (Map.Entry<String, JsonNode> field : wanted.properties()) {
        int column = columns.indexOf(field.getKey());
        if (column < 0 || !same(field.getValue(), row.get(column))) {
          return false;
        }
      }
      return true;
    }
    return false;
  }

  /** A dataset may write a date or a number as a text, and a number for a text of digits. */
  private static boolean same(JsonNode wanted, JsonNode actual) {
    if (wanted.isTextual() && actual.isTextual()) {
      return wanted.textValue().equals(actual.textValue());
    }
    boolean number = wanted.isNumber() || actual.isNumber();
    boolean text = wanted.isTextual() || actual.isTextual();
    return number && text
        ? JsonValues.equalAsWritten(wanted, actual)
        : JsonValues.equal(wanted, actual);
  }

  /** A text that is the same for rows that are the same: 1 and 1.0 are, 1 and '1' are not. */
  static String key(List<JsonNode> row) {
    StringBuilder key = new StringBuilder();
    row.forEach(value -> key(value, key));
    return key.toString();
  }

  private static void key(JsonNode value, StringBuilder key) {
    if (value.isObject()) {
      key.append('{');
      value.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              field -> {
                key(NODES.textNode(field.getKey()), key);
                key(field.getValue(), key);
              });
      key.append('}');
    } else if (value.isArray()) {
      key.append('[');
      value.forEach(item -> key(item, key));
      key.append(']');
    } else {
      String text =
          value.isNumber() ? value.decimalValue().stripTrailingZeros().toString() : value.asText();
      key.append(value.getNodeType()).append(text.length()).append(':').append(text);
    }
  }

  /** A row for a reason. */
  static String shown(List<JsonNode> row) {
    ArrayNode list = NODES.arrayNode();
    list.addAll(row);
    return JsonValues.shown(row.size() == 1 ? row.get(0) : list);
  }
}
