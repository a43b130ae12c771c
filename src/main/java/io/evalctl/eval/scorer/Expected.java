package io.evalctl.eval.scorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The value a scorer wants: its own, else the case's. */
final class Expected {
  static final String MISSING = "has no value of its own, and the case has no 'expected'";

  private Expected() {}

  static JsonNode of(JsonNode own, Evidence evidence) {
    return own.isMissingNode() ? evidence.expected() : own;
  }

  static Optional<String> misfit(JsonNode own, JsonNode expected) {
    return own.isMissingNode() && JsonValues.absent(expected)
        ? Optional.of(MISSING)
        : Optional.empty();
  }
}
