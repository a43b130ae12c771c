package io.evalctl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Seeds as text beside the number: a seed has 64 bits, and programs that read numbers as doubles,
 * such as jq, round those above 2^53.
 */
final class SeedText {
  private static final String SEED = "seed";

  private SeedText() {}

  /** Adds {@code seedText} wherever there is a {@code seed}, however deep. */
  static JsonNode in(JsonNode node) {
    node.forEach(SeedText::in);
    if (node instanceof ObjectNode object && object.path(SEED).isIntegralNumber()) {
      object.put("seedText", object.get(SEED).asText());
    }
    return node;
  }
}
