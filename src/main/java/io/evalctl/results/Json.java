package io.evalctl.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;

/** {@link io.evalctl.text.Json} as the store's columns hold it. Thread-safe. */
public final class Json {
  private Json() {}

  public static ObjectNode object() {
    return io.evalctl.text.Json.object();
  }

  public static ArrayNode array() {
    return io.evalctl.text.Json.array();
  }

  /**
   * Reads a column.
   *
   * @throws EvalctlException RESULTS_CORRUPT
   */
  public static JsonNode parse(String text) {
    try {
      return io.evalctl.text.Json.readOwn(text);
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.RESULTS_CORRUPT,
          "a JSON column of the results store holds no JSON: " + io.evalctl.text.Json.reason(e),
          null,
          e);
    }
  }
}
