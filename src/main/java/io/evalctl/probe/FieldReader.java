package io.evalctl.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.llm.Redactor;
import io.evalctl.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the fields of one JSON object and writes down everything that is wrong with them, so that
 * all errors come at once. A field that is wrong or missing reads as null.
 */
final class FieldReader {
  private static final int MAX_SCALE = 30;

  private final JsonNode object;
  private final String path;
  private final List<InputError> errors;
  private final List<String> warnings;

  FieldReader(JsonNode object, String path, List<InputError> errors, List<String> warnings) {
    this.object = object;
    this.path = path;
    this.errors = errors;
    this.warnings = warnings;
  }

  /** Fields that nobody knows may be a later version's, or a misspelling. */
  FieldReader knows(String... names) {
    Set<String> known = Set.of(names);
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                warnings.add("the input's field '" + at(name) + "' is not known and was ignored");
              }
            });
    return this;
  }

  /** The object in a field; an empty one when it is absent, null or wrong. */
  FieldReader object(String name, boolean required) {
    JsonNode value = object.path(name);
    if (!value.isObject() && (required || present(name))) {
      add(name, required && !present(name) ? "is required" : "must be an object");
    }
    return new FieldReader(value.isObject() ? value : Json.object(), at(name), errors, warnings);
  }

  boolean present(String name) {
    return object.hasNonNull(name);
  }

  /** A string with something in it. */
  String required(String name) {
    if (!present(name)) {
      add(name, "is required");
      return null;
    }
    String value = optional(name);
    if (value != null && value.isBlank()) {
      add(name, "must not be blank");
      return null;
    }
    return value;
  }

  String optional(String name) {
    return present(name) ? text(object.path(name), name) : null;
  }

  List<String> strings(String name) {
    List<String> values = new ArrayList<>();
    for (JsonNode element : elements(name)) {
      String where = name + "[" + values.size() + "]";
      String value = text(element, where);
      if (value != null && value.isEmpty()) {
        add(where, "must not be empty");
      }
      values.add(value == null ? "" : value);
    }
    return values;
  }

  List<FieldReader> objects(String name) {
    List<FieldReader> readers = new ArrayList<>();
    for (JsonNode element : elements(name)) {
      String where = name + "[" + readers.size() + "]";
      if (!element.isObject()) {
        add(where, "must be an object");
      }
      // With a path that the reader's own errors begin with; a wrong element has no fields to read.
      readers.add(
          element.isObject() ? new FieldReader(element, at(where), errors, warnings) : null);
    }
    return readers;
  }

  BigDecimal number(String name, BigDecimal least, BigDecimal most) {
    if (!present(name)) {
      return null;
    }
    JsonNode value = object.path(name);
    if (!value.isNumber()) {
      add(name, "must be a number");
      return null;
    }
    BigDecimal number = value.decimalValue();
    if (number.scale() > MAX_SCALE) {
      add(name, "has too many digits");
      return null;
    }
    if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
      add(name, "must be from " + least + " to " + most);
      return null;
    }
    return number;
  }

  Long integer(String name, long least, long most) {
    BigDecimal number = number(name, BigDecimal.valueOf(least), BigDecimal.valueOf(most));
    if (number == null) {
      return null;
    }
    if (number.stripTrailingZeros().scale() > 0) {
      add(name, "must be a whole number");
      return null;
    }
    return number.longValueExact();
  }

  void add(String name, String message) {
    errors.add(new InputError(at(name), message));
  }

  private Iterable<JsonNode> elements(String name) {
    JsonNode value = object.path(name);
    if (present(name) && !value.isArray()) {
      add(name, "must be an array");
    }
    return value.isArray() ? value : List.of();
  }

  private String text(JsonNode value, String name) {
    if (!value.isTextual()) {
      add(name, "must be a string");
      return null;
    }
    if (!Redactor.isWellFormed(value.textValue())) {
      add(name, "holds half of a surrogate pair, which is no Unicode text");
      return null;
    }
    return value.textValue();
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
