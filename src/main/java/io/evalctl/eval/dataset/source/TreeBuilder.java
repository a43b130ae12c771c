package io.evalctl.eval.dataset.source;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Builds the tree of one document from a parser and notes the line of every value. A number must be
 * written as JSON writes it: YAML 1.1 reads {@code 010} as eight and {@code 1_000} as a thousand,
 * YAML 1.2 does not, and an expected value must not depend on that. Aliases repeat the lists and
 * objects that they stand for, up to a total that no honest dataset reaches. Not thread-safe.
 */
final class TreeBuilder {
  private static final int MOST_VALUES = 1_000_000;
  private static final int MOST_DEPTH = 200;
  private static final int MOST_EXPONENT = 400;

  /** An e, a sign and three digits. */
  private static final int MOST_EXPONENT_LENGTH = 5;

  private static final int MOST_SHOWN = 40;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

  private final Path file;
  private final JsonParser parser;
  private final Lines lines;
  private final int firstLine;
  private final Map<String, JsonNode> anchors = new HashMap<>();
  private int values;

  /**
   * @param firstLine of the file that the parser's first line is
   */
  TreeBuilder(Path file, JsonParser parser, Lines lines, int firstLine) {
    this.file = file;
    this.parser = parser;
    this.lines = lines;
    this.firstLine = firstLine;
  }

  /** The value at the parser's current token. */
  JsonNode value(String path, int depth) throws IOException {
    if (depth > MOST_DEPTH) {
      throw Problems.only(file, line(), "is nested deeper than " + MOST_DEPTH + " levels", null);
    }
    count(1);
    lines.put(path, line());
    YAMLParser yaml = parser instanceof YAMLParser it ? it : null;
    if (yaml != null && yaml.isCurrentAlias()) {
      return repeat(parser.getText(), path);
    }
    // The anchor must be read now: the parser forgets it with the next token.
    String anchor = yaml == null ? null : yaml.getObjectId();
    JsonNode value =
        switch (parser.currentToken()) {
          case START_OBJECT -> fields(path, depth);
          case START_ARRAY -> elements(path, depth);
          case VALUE_STRING -> NODES.textNode(parser.getText());
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText(), path);
          case VALUE_TRUE -> NODES.booleanNode(true);
          case VALUE_FALSE -> NODES.booleanNode(false);
          case VALUE_NULL -> NODES.nullNode();
          default -> throw Problems.only(file, line(), "unexpected " + parser.currentToken(), null);
        };
    if (anchor != null) {
      anchors.put(anchor, value);
    }
    return value;
  }

  private ObjectNode fields(String path, int depth) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String place = Lines.field(path, name);
      if (object.has(name)) {
        throw Problems.only(file, line(), "'" + place + "' stands here a second time", null);
      }
      lines.put(place, line());
      parser.nextToken();
      object.set(name, value(place, depth + 1));
    }
    return object;
  }

  private ArrayNode elements(String path, int depth) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(Lines.element(path, array.size()), depth + 1));
    }
    return array;
  }

  private JsonNode number(String text, String path) {
    if (!NUMBER.matcher(text).matches()) {
      throw Problems.only(
          file,
          line(),
          path,
          "'" + shortened(text) + "' is a number that not every program reads alike",
          "write plain digits, or put it in quotes");
    }
    int e = Math.max(text.indexOf('e'), text.indexOf('E'));
    boolean far = e >= 0 && text.length() - e > MOST_EXPONENT_LENGTH;
    BigDecimal number = far ? null : new BigDecimal(text);
    if (far || Math.abs(number.scale()) > MOST_EXPONENT || number.precision() > MOST_EXPONENT) {
      throw Problems.only(
          file,
          line(),
          path,
          "'" + shortened(text) + "' is too large or too small a number",
          "put it in quotes if it is a text");
    }
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      return NODES.numberNode(number);
    }
    BigInteger whole = number.toBigInteger();
    return whole.bitLength() < Integer.SIZE
        ? NODES.numberNode(whole.intValue())
        : whole.bitLength() < Long.SIZE
            ? NODES.numberNode(whole.longValue())
            : NODES.numberNode(whole);
  }

  private static String shortened(String text) {
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
  }

  private JsonNode repeat(String anchor, String path) {
    JsonNode value = anchors.get(anchor);
    if (value == null) {
      throw Problems.only(
          file,
          line(),
          "no list or object before it has the anchor '&" + anchor + "'",
          "only lists and objects can be repeated; a text that begins with * goes in quotes");
    }
    place(value, path, line());
    return value.deepCopy();
  }

  /** The copy's values stand where the alias does. */
  private void place(JsonNode value, String path, int line) {
    count(1);
    lines.put(path, line);
    value
        .properties()
        .forEach(field -> place(field.getValue(), Lines.field(path, field.getKey()), line));
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        place(value.get(i), Lines.element(path, i), line);
      }
    }
  }

  private void count(int more) {
    values += more;
    if (values > MOST_VALUES) {
      throw Problems.only(
          file,
          line(),
          "holds more than " + MOST_VALUES + " values, with its aliases written out",
          "put large material into files that the cases name");
    }
  }

  int line() {
    JsonLocation location = parser.currentTokenLocation();
    return firstLine - 1 + Math.max(1, location == null ? 1 : location.getLineNr());
  }
}
