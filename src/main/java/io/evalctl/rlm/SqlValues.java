package io.evalctl.rlm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;

/**
 * PostgreSQL's values as JSON and back. Numbers, booleans, JSON and arrays keep their kind; dates
 * and times are ISO 8601, with a zone in UTC; whatever JSON has no kind for is PostgreSQL's own
 * text. Stateless.
 */
final class SqlValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Arrays that become lists; all others are PostgreSQL's text. */
  private static final Set<String> LISTS =
      Set.of(
          "_bool",
          "_int2",
          "_int4",
          "_int8",
          "_float4",
          "_float8",
          "_numeric",
          "_text",
          "_varchar",
          "_bpchar");

  private SqlValues() {}

  /** Text goes without a type, so that the server takes it for what stands beside it. */
  static void bind(PreparedStatement statement, int index, JsonNode value) throws SQLException {
    switch (value.getNodeType()) {
      case NULL, MISSING -> statement.setNull(index, Types.NULL);
      case BOOLEAN -> statement.setBoolean(index, value.booleanValue());
      case NUMBER -> {
        if (value.isIntegralNumber() && value.canConvertToInt()) {
          statement.setInt(index, value.intValue());
        } else if (value.isIntegralNumber() && value.canConvertToLong()) {
          statement.setLong(index, value.longValue());
        } else {
          statement.setBigDecimal(index, value.decimalValue());
        }
      }
      case ARRAY -> statement.setObject(index, arrayLiteral(value), Types.OTHER);
      case STRING -> statement.setObject(index, value.textValue(), Types.OTHER);
      default -> statement.setObject(index, Json.text(value), Types.OTHER);
    }
  }

  static JsonNode read(ResultSet result, int index, String type) throws SQLException {
    Object value =
        switch (type) {
          case "date" -> result.getObject(index, LocalDate.class);
          case "timestamp" -> result.getObject(index, LocalDateTime.class);
          case "timestamptz" -> result.getObject(index, OffsetDateTime.class);
          case "bool", "int2", "int4", "int8", "float4", "float8", "numeric" ->
              result.getObject(index);
          default -> LISTS.contains(type) ? result.getArray(index) : result.getString(index);
        };
    if (value instanceof Array array) {
      return elements((Object[]) array.getArray());
    }
    return type.startsWith("json") && value != null ? json((String) value) : node(value);
  }

  /** About how many characters a value takes. */
  static long size(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().length();
    }
    return value.isContainerNode() ? Json.text(value).length() : 8;
  }

  private static ArrayNode elements(Object[] array) {
    ArrayNode nodes = NODES.arrayNode();
    for (Object element : array) {
      nodes.add(element instanceof Object[] inner ? elements(inner) : node(element));
    }
    return nodes;
  }

  private static JsonNode json(String text) throws SQLException {
    try {
      return Json.read(text);
    } catch (IOException e) {
      throw new SQLException("a JSON value cannot be read: " + Json.reason(e), e);
    }
  }

  private static JsonNode node(Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      return NODES.numberNode(((Number) value).longValue());
    }
    if (value instanceof BigDecimal decimal) {
      return NODES.numberNode(decimal);
    }
    if (value instanceof Double || value instanceof Float) {
      // by its text, or a float4's 0.1 would be 0.10000000149011612
      String text = value.toString();
      boolean finite = Double.isFinite(((Number) value).doubleValue());
      return finite ? NODES.numberNode(new BigDecimal(text)) : NODES.textNode(text);
    }
    if (value.equals(LocalDate.MAX)
        || value.equals(LocalDateTime.MAX)
        || value.equals(OffsetDateTime.MAX)) {
      return NODES.textNode("infinity");
    }
    if (value.equals(LocalDate.MIN)
        || value.equals(LocalDateTime.MIN)
        || value.equals(OffsetDateTime.MIN)) {
      return NODES.textNode("-infinity");
    }
    if (value instanceof OffsetDateTime moment) {
      return NODES.textNode(iso(moment.withOffsetSameInstant(ZoneOffset.UTC), moment.getNano()));
    }
    if (value instanceof LocalDateTime moment) {
      return NODES.textNode(iso(moment, moment.getNano()));
    }
    return NODES.textNode(value.toString());
  }

  /** With six digits or none, and a zone in figures: what every Python 3 reads back. */
  private static String iso(TemporalAccessor moment, int nano) {
    String time = nano == 0 ? "uuuu-MM-dd'T'HH:mm:ss" : "uuuu-MM-dd'T'HH:mm:ss.SSSSSS";
    boolean zoned = moment instanceof OffsetDateTime;
    return DateTimeFormatter.ofPattern(zoned ? time + "xxx" : time, Locale.ROOT).format(moment);
  }

  /** Every element quoted, which any element type can be read from. */
  private static String arrayLiteral(JsonNode array) {
    StringJoiner literal = new StringJoiner(",", "{", "}");
    for (JsonNode element : array) {
      if (element.isNull()) {
        literal.add("NULL");
      } else if (element.isArray()) {
        literal.add(arrayLiteral(element));
      } else {
        String text = element.isValueNode() ? element.asText() : Json.text(element);
        literal.add('"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
      }
    }
    return literal.toString();
  }
}
