package io.evalctl.question;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an answer must hold: something about the values at a JSONPath, of which every one must meet
 * it, and there must be one; or about its whole text. Immutable.
 *
 * @param path a template; null for the text, without the white space around it
 * @param operand a template
 */
public record Condition(Template path, Operator operator, Template operand) {
  private static final int MOST_QUOTED = 60;

  /** What is asked of the values. */
  public enum Operator {
    EQUALS("equals"),
    NOT_EQUALS("not-equals"),
    /** A number is at least the operand. */
    MIN("min"),
    MAX("max"),
    /** So many values are there, whatever they are. */
    COUNT_MIN("count-min"),
    /** A regular expression fits the whole text. */
    MATCHES("matches"),
    CONTAINS("contains"),
    /** Equals the value at another path of the same answer. */
    SAME_AS("same-as");

    private final String key;

    Operator(String key) {
      this.key = key;
    }

    /** Whether it is about values at a path alone. */
    public boolean needsPath() {
      return this == COUNT_MIN || this == SAME_AS;
    }

    /** For a sentence about the values. */
    public String words() {
      return switch (this) {
        case EQUALS -> "equals";
        case NOT_EQUALS -> "does not equal";
        case MIN -> "is at least";
        case MAX -> "is at most";
        case COUNT_MIN -> "has at least as many values as";
        case MATCHES -> "matches the regular expression";
        case CONTAINS -> "contains";
        case SAME_AS -> "is the same as";
      };
    }

    /** Its name in a subject file. */
    public String key() {
      return key;
    }
  }

  /** Why an answer does not meet it; nothing when it does. */
  public Optional<String> failure(String body, Map<String, String> variables) {
    if (path == null) {
      String text = body.strip();
      String wanted = operand.fill(variables);
      return meets(text, wanted, body)
          ? Optional.empty()
          : Optional.of(
              "the answer is '%s', not %s %s".formatted(shortened(text), operator.key(), wanted));
    }
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
      case CONTAINS -> value.contains(wanted);
      case SAME_AS ->
          JsonPaths.find(body, wanted).stream().anyMatch(other -> other.asText().equals(value));
      case COUNT_MIN -> throw new IllegalStateException("counted already");
    };
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() == text.length() && line.length() <= MOST_QUOTED
        ? line
        : line.substring(0, Math.min(MOST_QUOTED, line.length())) + "...";
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
