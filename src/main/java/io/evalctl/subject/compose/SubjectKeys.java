package io.evalctl.subject.compose;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.clock.Durations;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import io.evalctl.question.JsonPaths;
import io.evalctl.question.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads the keys of one object of a subject file. What is wrong is said with file, line and key.
 * Not thread-safe.
 */
final class SubjectKeys {
  private static final int LONGEST_VALUE = 60;

  private final String source;
  private final Map<String, Integer> lines;
  private final String place;
  private final JsonNode node;

  private SubjectKeys(String source, Map<String, Integer> lines, String place, JsonNode node) {
    this.source = source;
    this.lines = lines;
    this.place = place;
    this.node = node;
    if (!node.isObject()) {
      throw wrong("", "must hold keys and values", null);
    }
  }

  static SubjectKeys of(String source, LocatedYaml yaml) {
    return new SubjectKeys(source, yaml.lines(), "", yaml.root());
  }

  /** Refuses keys that are not known. */
  SubjectKeys known(String... keys) {
    List<String> known = List.of(keys);
    for (String key : names()) {
      if (!known.contains(key)) {
        throw wrong(key, "is not known here", Suggestion.among(key, known));
      }
    }
    return this;
  }

  /** Its keys, in the file's order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Optional<SubjectKeys> object(String key) {
    return has(key)
        ? Optional.of(new SubjectKeys(source, lines, at(key), node.get(key)))
        : Optional.empty();
  }

  SubjectKeys requiredObject(String key) {
    return object(key).orElseThrow(() -> missing(key));
  }

  /** The objects of a list; empty where there is none. */
  List<SubjectKeys> objects(String key) {
    List<SubjectKeys> objects = new ArrayList<>();
    for (JsonNode item : list(key)) {
      objects.add(new SubjectKeys(source, lines, at(key) + "[" + (objects.size() + 1) + "]", item));
    }
    return objects;
  }

  /** The texts of a list; empty where there is none. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isValueNode()) {
        throw wrong(key + "[" + (texts.size() + 1) + "]", "must be a single value", null);
      }
      texts.add(item.asText());
    }
    return texts;
  }

  private Iterable<JsonNode> list(String key) {
    if (!has(key)) {
      return List.of();
    }
    if (!node.get(key).isArray()) {
      throw wrong(key, "must be a list", null);
    }
    return node.get(key);
  }

  /** Names and single values. */
  Map<String, String> map(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    object(key)
        .ifPresent(inner -> inner.names().forEach(name -> map.put(name, inner.required(name))));
    return map;
  }

  Optional<String> text(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.get(key).isValueNode()) {
      throw wrong(key, "must be a single value", null);
    }
    return Optional.of(node.get(key).asText());
  }

  String required(String key) {
    return text(key).filter(text -> !text.isBlank()).orElseThrow(() -> missing(key));
  }

  String choice(String key, String fallback, Collection<String> choices) {
    String value = text(key).orElse(fallback);
    if (!choices.contains(value)) {
      throw wrong(key, "cannot be '" + value + "'", Suggestion.among(value, choices));
    }
    return value;
  }

  int number(String key, int fallback, int min, int max) {
    String value = text(key).orElse(Integer.toString(fallback));
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the same message serves
    }
    throw wrong(
        key, "cannot be '" + value + "'", "it is a whole number from " + min + " to " + max);
  }

  Duration duration(String key, Duration fallback, Duration min, Duration max) {
    if (!has(key)) {
      return fallback;
    }
    Duration duration;
    try {
      duration = Durations.parse(key, required(key));
    } catch (EvalctlException e) {
      throw wrong(key, "cannot be '" + required(key) + "'", e.hint());
    }
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw wrong(
          key,
          "cannot be '" + required(key) + "'",
          "it is from " + Durations.format(min) + " to " + Durations.format(max));
    }
    return duration;
  }

  /** A template that may use these variables; nothing where there is no such key. */
  Optional<Template> template(String key, Set<String> variables) {
    return text(key).map(text -> checked(key, text, variables));
  }

  Template checked(String key, String text, Set<String> variables) {
    Template template = Template.of(text);
    template
        .fault(variables)
        .ifPresent(
            fault -> {
              throw wrong(key, "'" + shortened(text) + "': " + fault, null);
            });
    return template;
  }

  /** A regular expression; nothing where there is no such key. */
  Optional<Pattern> pattern(String key) {
    try {
      return text(key).map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw wrong(key, e.getDescription(), "it is a regular expression");
    }
  }

  /** A JSONPath template; nothing where there is no such key. */
  Optional<Template> path(String key, Set<String> variables) {
    Optional<Template> path = template(key, variables);
    path.map(template -> template.fill(Map.of()))
        .flatMap(JsonPaths::fault)
        .ifPresent(
            fault -> {
              throw wrong(
                  key,
                  "'" + shortened(required(key)) + "' is no JSONPath: " + fault,
                  "such as $.health or $.members[*].name");
            });
    return path;
  }

  EvalctlException missing(String key) {
    String where = place.isEmpty() ? "" : ", line " + line(place) + ", " + place;
    return new EvalctlException(
        ErrorCode.INVALID_INPUT, source + where + ": " + key + " is missing", hint());
  }

  /**
   * @param key of this object; empty for the object itself
   */
  EvalctlException wrong(String key, String what, String hint) {
    String where = key.isEmpty() ? place : at(key);
    return new EvalctlException(
        ErrorCode.INVALID_INPUT,
        "%s, line %d, %s: %s"
            .formatted(source, line(where), where.isEmpty() ? "the file" : where, what),
        hint == null ? hint() : hint);
  }

  private static String hint() {
    return "see evalctl campaign --schema subject";
  }

  private int line(String where) {
    return lines.getOrDefault(where, lines.getOrDefault(place, 1));
  }

  private String at(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }
}
