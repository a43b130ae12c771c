package io.evalctl.subject.compose;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * A YAML document that knows the line of every key and item. Not thread-safe while it is read.
 *
 * @param lines by the place of a value, such as {@code health.nodes[2].http}
 */
record LocatedYaml(ObjectNode root, Map<String, Integer> lines) {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * @param source what the text is, for messages: "subject file X"
   * @throws EvalctlException INVALID_INPUT with the line
   */
  static LocatedYaml read(String source, String text) {
    Map<String, Integer> lines = new HashMap<>();
    try (YAMLParser parser = YAML.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new EvalctlException(
            ErrorCode.INVALID_INPUT, source + " holds no keys and values", null);
      }
      return new LocatedYaml((ObjectNode) value(parser, "", lines), lines);
    } catch (JsonProcessingException e) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "%s, line %d: %s"
              .formatted(
                  source,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("no YAML")),
          null,
          e);
    } catch (IOException e) {
      throw new IllegalStateException("reading a text", e);
    }
  }

  private static JsonNode value(YAMLParser parser, String place, Map<String, Integer> lines)
      throws IOException {
    lines.putIfAbsent(place, parser.currentTokenLocation().getLineNr());
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, place, lines);
      case START_ARRAY -> array(parser, place, lines);
      case VALUE_TRUE -> nodes.booleanNode(true);
      case VALUE_FALSE -> nodes.booleanNode(false);
      case VALUE_NULL -> nodes.nullNode();
      // One beyond a long stays what it is, for the schema to refuse.
      case VALUE_NUMBER_INT ->
          parser.getBigIntegerValue().bitLength() < Long.SIZE
              ? nodes.numberNode(parser.getBigIntegerValue().longValue())
              : nodes.numberNode(parser.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
      default -> nodes.textNode(parser.getText());
    };
  }

  private static ObjectNode object(YAMLParser parser, String place, Map<String, Integer> lines)
      throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String inner = place.isEmpty() ? key : place + "." + key;
      lines.put(inner, parser.currentTokenLocation().getLineNr());
      parser.nextToken();
      object.set(key, value(parser, inner, lines));
    }
    return object;
  }

  private static ArrayNode array(YAMLParser parser, String place, Map<String, Integer> lines)
      throws IOException {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser, place + "[" + (array.size() + 1) + "]", lines));
    }
    return array;
  }
}
