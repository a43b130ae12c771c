package io.evalctl.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Lines of the channel to and from JSON. Stateless. */
final class WireJson {
  /** Most bytes of a line, its end included. */
  static final int MAX_LINE = 16 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private WireJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The line's bytes with its end. A half of a surrogate pair becomes a question mark. */
  static byte[] line(ObjectNode message) {
    try {
      return (MAPPER.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree cannot be written", e);
    }
  }

  /**
   * @throws IOException when it is no JSON object in UTF-8 with a number as its id
   */
  static ObjectNode parse(byte[] line) throws IOException {
    JsonNode node = MAPPER.readTree(line);
    if (node instanceof ObjectNode message && message.path("id").isIntegralNumber()) {
      return message;
    }
    throw new IOException("a line that is no JSON object with an id");
  }
}
