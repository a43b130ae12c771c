package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import io.evalctl.text.Numbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** Compares and reads JSON values. Stateless. */
final class JsonValues {
  private JsonValues() {}

  /** Whether nothing is there. */
  static boolean absent(JsonNode node) {
    return node == null || node.isMissingNode() || node.isNull();
  }

  /**
   * Whether two values are the same: numbers by their value (1 is 1.0), objects whatever the order
   * of their fields, everything else literally.
   */
  static boolean equal(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return sameNumber(left, right);
    }
    if (left.isObject() && right.isObject()) {
      return left.size() == right.size()
          && left.properties().stream()
              .allMatch(
                  field ->
                      right.has(field.getKey())
                          && equal(field.getValue(), right.get(field.getKey())));
    }
    if (left.isArray() && right.isArray()) {
      if (left.size() != right.size()) {
        return false;
      }
      Iterator<JsonNode> others = right.iterator();
      for (JsonNode item : left) {
        if (!equal(item, others.next())) {
          return false;
        }
      }
      return true;
    }
    return left.equals(right);
  }

  private static boolean sameNumber(JsonNode left, JsonNode right) {
    if (notFinite(left) || notFinite(right)) {
      return left.asText().equals(right.asText());
    }
    return left.decimalValue().compareTo(right.decimalValue()) == 0;
  }

  private static boolean notFinite(JsonNode number) {
    return number.isFloatingPointNumber()
        && !number.isBigDecimal()
        && !Double.isFinite(number.doubleValue());
  }

  /**
   * Whether two top-level values are the same where a text may stand for the value that it spells:
   * the text {@code 42} equals the number 42. Two texts are compared literally but for white space
   * around them.
   */
  static boolean equalAsWritten(JsonNode left, JsonNode right) {
    if (left.isTextual() && right.isTextual()) {
      return left.textValue().strip().equals(right.textValue().strip());
    }
    if (left.isTextual() || right.isTextual()) {
      JsonNode value = left.isTextual() ? right : left;
      String text = (left.isTextual() ? left : right).textValue();
      return parse(text).filter(parsed -> equal(parsed, value)).isPresent();
    }
    return equal(left, right);
  }

  /** The one strict JSON document that a text is, if it is one. */
  static Optional<JsonNode> parse(String text) {
    try {
      JsonNode node = Json.read(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A number that arithmetic can be done with: 1e999999999 would fill the memory. */
  static Optional<BigDecimal> bounded(BigDecimal number) {
    return Optional.of(number).filter(Numbers::inRange);
  }

  /**
   * Where {@code actual} lacks something of {@code wanted}: every field of a wanted object must be
   * there, a list must be as long and match element by element, all else must be equal.
   *
   * @return a sentence, or empty when it holds all of it
   */
  static Optional<String> lack(JsonNode wanted, JsonNode actual, String path) {
    if (wanted.isObject()) {
      if (!actual.isObject()) {
        return Optional.of(path + " is " + shown(actual) + ", no object");
      }
      for (Map.Entry<String, JsonNode> field : wanted.properties()) {
        String place = path + "." + field.getKey();
        JsonNode there = actual.get(field.getKey());
        Optional<String> lack =
            there == null
                ? Optional.of(place + " is not there")
                : lack(field.getValue(), there, place);
        if (lack.isPresent()) {
          return lack;
        }
      }
      return Optional.empty();
    }
    if (wanted.isArray() && actual.isArray()) {
      if (wanted.size() != actual.size()) {
        return Optional.of(path + " has " + actual.size() + " elements, expected " + wanted.size());
      }
      for (int i = 0; i < wanted.size(); i++) {
        Optional<String> lack = lack(wanted.get(i), actual.get(i), path + "[" + i + "]");
        if (lack.isPresent()) {
          return lack;
        }
      }
      return Optional.empty();
    }
    return equal(wanted, actual)
        ? Optional.empty()
        : Optional.of(path + " is " + shown(actual) + ", expected " + shown(wanted));
  }

  /** A value for a reason: its JSON, shortened. */
  static String shown(JsonNode node) {
    return node == null || node.isMissingNode() ? "nothing" : shown(Json.text(node));
  }

  /** A text for a reason: on one line, shortened. */
  static String shown(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > 120 ? line.substring(0, 120) + "..." : line;
  }
}
