package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an answer must hold: something about the values at a JSONPath. Every value found must meet
 * it, and there must be one. Immutable.
 *
 * @param path a template
 * @param operand a template
 */
record Condition(Template path, Operator operator, Template operand) {
  /** What is asked of the values. */
  enum Operator {
    EQUALS("equals"),
    NOT_EQUALS("not-equals"),
    /** A number is at least the operand. */
    MIN("min"),
    MAX("max"),
    /** So many values are there, whatever they are. */
    COUNT_MIN("count-min"),
    /** A regular expression fits the whole text. */
    MATCHES("matches"),
    /** Equals the value at another path of the same answer. */
    SAME_AS("same-as");

    private final String key;

    Operator(String key) {
      this.key = key;
    }

    /** Its name in a subject file. */
    String key() {
      return key;
    }
  }

  /** Why an answer does not meet it; nothing when it does. */
  Optional<String> failure(String body, Map<String, String> variables) {
    String where = path.fill(variables);
    List<JsonNode> found = JsonPaths.find(body, where);
    String wanted = operand.fill(variables);
    if (operator == Operator.COUNT_MIN) {
      return found.size() >= Integer.parseInt(wanted)
          ? Optional.empty()
          : Optional.of("%d of %s at %s".formatted(found.size(), wanted, where));
    }
    if (found.isEmpty()) {
      return Optional.of("nothing at " + where);
    }
    return found.stream()
        .map(JsonNode::asText)
        .filter(value -> !meets(value, wanted, body))
        .findFirst()
        .map(value -> "%s is '%s', not %s %s".formatted(where, value, operator.key(), wanted));
  }

  private boolean meets(String value, String wanted, String body) {
    return switch (operator) {
      case EQUALS -> value.equals(wanted);
      case NOT_EQUALS -> !value.equals(wanted);
      case MIN -> number(value) >= number(wanted);
      case MAX -> number(value) <= number(wanted);
      case MATCHES -> Pattern.matches(wanted, value);
      case SAME_AS ->
          JsonPaths.find(body, wanted).stream().anyMatch(other -> other.asText().equals(value));
      case COUNT_MIN -> throw new IllegalStateException("counted already");
    };
  }

  /** No number is never great or small enough. */
  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
