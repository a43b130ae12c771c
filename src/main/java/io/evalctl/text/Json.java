package io.evalctl.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * JSON as a tree: what is read is one strict document (no NaN, no trailing text, nesting to 500),
 * decimal fractions keep their digits, numbers stay within {@link Numbers}. Jackson's streams fill
 * and write the tree here, because an {@code ObjectMapper} alone would take a third of the time
 * that a whole probe takes. Thread-safe.
 */
public final class Json {
  private static final int MAX_DEPTH = 500;
  private static final int MAX_OWN_DEPTH = 1000;
  private static final int MAX_DIGITS = 1000;

  /** As long as PostgreSQL's numbers are. */
  private static final int MAX_OWN_DIGITS = 200_000;

  private static final int MAX_PLAIN_SCALE = 50;

  private static final String OUT_OF_RANGE = "a number is out of range";

  /** Where something began that has no end: of use only with the document at hand. */
  private static final String MARKER = " \\(start marker at \\[.*?]\\)";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory STREAMS = streams(MAX_DEPTH, MAX_DIGITS);
  private static final JsonFactory OWN_STREAMS = streams(MAX_OWN_DEPTH, MAX_OWN_DIGITS);

  private Json() {}

  private static JsonFactory streams(int depth, int digits) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(depth).maxNumberLength(digits).build())
        .build();
  }

  /** What a provider or a file holds. A document without any value is a missing node. */
  public static JsonNode read(byte[] utf8) throws IOException {
    try (JsonParser parser = STREAMS.createParser(utf8)) {
      return document(parser, true);
    }
  }

  /** As {@link #read(byte[])}, for text. */
  public static JsonNode read(String text) throws IOException {
    try (JsonParser parser = STREAMS.createParser(text)) {
      return document(parser, true);
    }
  }

  /**
   * As {@link #read(byte[])}, and a key that stands twice in an object is an error. A number out of
   * range is kept, for the reader of its field to refuse; arithmetic with it is not safe.
   */
  public static JsonNode readUnique(byte[] utf8) throws IOException {
    try (JsonParser parser = STREAMS.createParser(utf8)) {
      return document(parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION), false);
    }
  }

  /** As {@link #read(String)}, for what evalctl wrote itself, around something that it had read. */
  public static JsonNode readOwn(String text) throws IOException {
    try (JsonParser parser = OWN_STREAMS.createParser(text)) {
      return document(parser, false);
    }
  }

  /** On one line. */
  public static byte[] write(JsonNode node) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = STREAMS.createGenerator(out)) {
      write(node, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** On one line. */
  public static String text(JsonNode node) {
    StringWriter out = new StringWriter(512);
    try (JsonGenerator generator = STREAMS.createGenerator(out)) {
      write(node, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  /** An empty object. */
  public static ObjectNode object() {
    return NODES.objectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** A string field's value, or null when it is absent or something else. */
  public static String string(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.textValue() : null;
  }

  /** A number field's whole value, or null when it is absent or something else. */
  public static Long integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNumber() && value.canConvertToLong() ? (Long) value.longValue() : null;
  }

  /** What went wrong in a word, without an excerpt of the document. */
  public static String reason(IOException e) {
    if (!(e instanceof JsonProcessingException json)) {
      return e.getMessage();
    }
    String what =
        json.getOriginalMessage().startsWith("Number value length")
            ? OUT_OF_RANGE
            : Pattern.compile(MARKER).matcher(json.getOriginalMessage()).replaceAll("");
    return json.getLocation() == null
        ? what
        : what
            + " (line "
            + json.getLocation().getLineNr()
            + ", column "
            + json.getLocation().getColumnNr()
            + ")";
  }

  private static JsonNode document(JsonParser parser, boolean bounded) throws IOException {
    if (parser.nextToken() == null) {
      return MissingNode.getInstance();
    }
    JsonNode document = value(parser, bounded);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "more text follows the JSON document");
    }
    return document;
  }

  private static JsonNode value(JsonParser parser, boolean bounded) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> fields(parser, bounded);
      case START_ARRAY -> elements(parser, bounded);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(decimal(parser, bounded));
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "unexpected " + parser.currentToken());
    };
  }

  private static BigDecimal decimal(JsonParser parser, boolean bounded) throws IOException {
    if (!bounded) {
      return Numbers.clamped(parser.getText());
    }
    Optional<BigDecimal> number = Numbers.read(parser.getText());
    if (number.isEmpty()) {
      throw new JsonParseException(parser, OUT_OF_RANGE);
    }
    return number.get();
  }

  private static ObjectNode fields(JsonParser parser, boolean bounded) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      object.set(name, value(parser, bounded));
    }
    return object;
  }

  private static ArrayNode elements(JsonParser parser, boolean bounded) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (!parser.nextToken().isStructEnd()) {
      array.add(value(parser, bounded));
    }
    return array;
  }

  private static void write(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          out.writeFieldName(field.getKey());
          write(field.getValue(), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode element : node) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(node.textValue());
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NUMBER -> writeNumber(node, out);
      default -> out.writeNull();
    }
  }

  /** Plainly: 0.0000003 rather than 3E-7, which not every reader takes for a number. */
  private static void writeNumber(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.numberType()) {
      case INT -> out.writeNumber(node.intValue());
      case LONG -> out.writeNumber(node.longValue());
      case DOUBLE, FLOAT -> out.writeNumber(node.doubleValue());
      default -> {
        BigDecimal number = node.decimalValue();
        boolean plain = number.scale() > 0 && number.scale() <= MAX_PLAIN_SCALE;
        out.writeNumber(plain ? number.toPlainString() : number.toString());
      }
    }
  }
}
