package io.evalctl.eval.dataset.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.evalctl.clock.Durations;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the fields of one object of a document and writes down what is wrong with them. A field
 * that is wrong or absent reads as null (or as an empty list). Not thread-safe.
 */
public final class Fields {
  private final JsonNode object;
  private final String path;
  private final Lines lines;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  public Fields(JsonNode node, String path, Lines lines, Problems problems) {
    this.path = path;
    this.lines = lines;
    this.problems = problems;
    this.object = node.isObject() ? node : JsonNodeFactory.instance.objectNode();
    if (!node.isObject()) {
      wrong("must hold keys and values" + butIs(node), null);
    }
  }

  /** Every other field is a problem. May be called more than once: the names add up. */
  public Fields knows(String... names) {
    known.addAll(List.of(names));
    return this;
  }

  /** Writes down each field that {@link #knows} did not name. */
  public void refuseOthers() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String hint =
                    name.equals("<<")
                        ? "merge keys are not read; repeat the fields"
                        : Suggestion.among(name, known);
                wrong(name, "unknown field", hint);
              }
            });
  }

  public boolean has(String name) {
    return object.has(name);
  }

  /** The value as written; a missing node when it is absent. */
  public JsonNode node(String name) {
    JsonNode value = object.get(name);
    return value == null ? MissingNode.getInstance() : value;
  }

  /** The object itself, as written. */
  public JsonNode all() {
    return object;
  }

  /** Where the object stands. */
  public String path() {
    return path;
  }

  /** Writes down that a field is required, if it is absent. */
  public boolean require(String name) {
    if (!has(name)) {
      wrong("'" + name + "' is missing", null);
      return false;
    }
    return true;
  }

  /** A text with something in it. */
  public String text(String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      wrong(name, "must be a text" + butIs(value), value.isNumber() ? "put it in quotes" : null);
      return null;
    }
    return notBlank(name, value.textValue()) ? value.textValue() : null;
  }

  public String requiredText(String name) {
    return require(name) ? text(name) : null;
  }

  /** Texts with something in them, at least one where the field is there. */
  public List<String> texts(String name) {
    if (has(name) && node(name).isArray() && node(name).isEmpty()) {
      wrong(name, "must be a list of texts, is an empty list", null);
    }
    return anyTexts(name);
  }

  /** As {@link #texts}, but the list may be empty. */
  public List<String> anyTexts(String name) {
    List<String> texts = new ArrayList<>();
    JsonNode value = object.get(name);
    if (value == null) {
      return texts;
    }
    if (!value.isArray()) {
      wrong(name, "must be a list of texts" + butIs(value), null);
      return texts;
    }
    for (int i = 0; i < value.size(); i++) {
      String place = Lines.element(Lines.field(path, name), i);
      JsonNode item = value.get(i);
      if (!item.isTextual()) {
        at(
            place,
            "must be a text" + butIs(item),
            item.isValueNode() && !item.isNull() ? "put it in quotes" : null);
      } else if (item.textValue().isBlank()) {
        at(place, "is blank", null);
      } else {
        texts.add(item.textValue());
      }
    }
    return texts;
  }

  public Boolean flag(String name) {
    JsonNode value = object.get(name);
    if (value == null || value.isBoolean()) {
      return value == null ? null : (Boolean) value.booleanValue();
    }
    wrong(name, "must be true or false" + butIs(value), null);
    return null;
  }

  public boolean flag(String name, boolean otherwise) {
    Boolean value = flag(name);
    return value == null ? otherwise : value;
  }

  /** A whole number within bounds. */
  public Long whole(String name, long min, long max) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0) {
      BigDecimal number = value.decimalValue();
      if (number.compareTo(BigDecimal.valueOf(min)) >= 0
          && number.compareTo(BigDecimal.valueOf(max)) <= 0) {
        return number.longValueExact();
      }
    }
    wrong(name, "must be a whole number from " + min + " to " + max + butIs(value), null);
    return null;
  }

  /** A number that is not negative. */
  public BigDecimal amount(String name) {
    JsonNode value = object.get(name);
    if (value == null || value.isNumber() && value.decimalValue().signum() >= 0) {
      return value == null ? null : value.decimalValue();
    }
    wrong(name, "must be a number from 0 up" + butIs(value), null);
    return null;
  }

  /** A duration with its unit, longer than nothing. */
  public Duration duration(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    try {
      Duration duration = Durations.parse(name, text);
      if (!duration.isZero()) {
        return duration;
      }
      wrong(name, "must be longer than nothing", null);
    } catch (EvalctlException e) {
      wrong(name, "cannot be '" + text + "'", e.hint());
    }
    return null;
  }

  /** The object in a field, or null. */
  public Fields object(String name) {
    JsonNode value = object.get(name);
    return value == null ? null : new Fields(value, Lines.field(path, name), lines, problems);
  }

  /** The objects of a list, which is empty where the field is absent. */
  public List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    JsonNode value = object.get(name);
    if (value == null) {
      return objects;
    }
    if (!value.isArray() || value.isEmpty()) {
      wrong(name, "must be a list with something in it" + butIs(value), null);
      return objects;
    }
    for (int i = 0; i < value.size(); i++) {
      objects.add(
          new Fields(value.get(i), Lines.element(Lines.field(path, name), i), lines, problems));
    }
    return objects;
  }

  /** Writes down a problem of one field. */
  public void wrong(String name, String message, String hint) {
    at(Lines.field(path, name), message, hint);
  }

  /** Writes down a problem of the whole object. */
  public void wrong(String message, String hint) {
    at(path, message, hint);
  }

  /** Writes down a problem at any path. */
  public void at(String place, String message, String hint) {
    problems.add(new Problem(lines.of(place), place, message, hint));
  }

  private boolean notBlank(String name, String text) {
    if (text.isBlank()) {
      wrong(name, "is blank", null);
      return false;
    }
    return true;
  }

  private static String butIs(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> ", is an object";
      case ARRAY -> value.isEmpty() ? ", is an empty list" : ", is a list";
      case STRING -> ", is the text '" + shortened(value.textValue()) + "'";
      case NUMBER -> ", is the number " + shortened(value.asText());
      case BOOLEAN -> ", is " + value.asText();
      default -> ", is nothing";
    };
  }

  private static String shortened(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 40 ? line.substring(0, 40) + "..." : line;
  }
}
