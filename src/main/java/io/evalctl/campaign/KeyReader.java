package io.evalctl.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Durations;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the keys of one JSON object and names the place of what is wrong. Not thread-safe. */
final class KeyReader {
  private final String place;
  private final JsonNode node;

  /**
   * @param place what the object is, for messages: "campaign", "campaign: chaos[2]"
   * @param known every key it may have
   */
  KeyReader(String place, JsonNode node, Set<String> known) {
    this.place = place;
    this.node = node;
    if (!node.isObject()) {
      throw wrong("expected keys and values", "see evalctl campaign --schema");
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw wrong(
                    "unknown key '" + key + "'", Suggestion.among(key, new LinkedHashSet<>(known)));
              }
            });
  }

  Optional<JsonNode> node(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  Optional<String> text(String key) {
    return node(key)
        .map(
            value -> {
              if (!value.isValueNode()) {
                throw wrong(key + " must be a single value", null);
              }
              return value.asText();
            });
  }

  /** A list, or a single text with commas. */
  List<String> texts(String key) {
    JsonNode value = node(key).orElse(null);
    if (value == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(item -> texts.add(item.asText()));
    } else {
      texts.addAll(List.of(value.asText().split(",")));
    }
    return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
  }

  Optional<Duration> duration(String key) {
    return text(key).map(value -> Durations.parse(place + ": " + key, value));
  }

  boolean flag(String key) {
    return text(key)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw wrong(key + " cannot be '" + value + "'", "use true or false");
                })
        .orElse(false);
  }

  Optional<Long> number(String key, long min, long max) {
    return text(key)
        .map(
            value -> {
              try {
                long number = Long.parseLong(value);
                if (number >= min && number <= max) {
                  return number;
                }
              } catch (NumberFormatException e) {
                // the same message serves
              }
              throw wrong(
                  key + " cannot be '" + value + "'",
                  min == Long.MIN_VALUE
                      ? "it is a whole number"
                      : "it is a whole number from " + min + " to " + max);
            });
  }

  EvalctlException wrong(String what, String hint) {
    return new EvalctlException(ErrorCode.INVALID_INPUT, place + ": " + what, hint);
  }
}
