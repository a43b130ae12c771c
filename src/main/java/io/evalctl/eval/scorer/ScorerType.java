package io.evalctl.eval.scorer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of scorers. */
enum ScorerType {
  EXACT,
  INCLUDES,
  REGEX,
  NUMERIC,
  CHOICE,
  JSON,
  JSON_SCHEMA,
  SQL,
  EXEC,
  JUDGE,
  FINISHED,
  ALL,
  ANY,
  NOT;

  /** As datasets write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(ScorerType::label).toList();
  }

  static Optional<ScorerType> find(String label) {
    return Arrays.stream(values()).filter(type -> type.label().equals(label)).findFirst();
  }
}
