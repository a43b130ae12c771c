package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A record that is played back. A request that was recorded several times gets its outcomes in the
 * order they were recorded in. Thread-safe.
 */
final class Tape {
  private final Map<String, Deque<JsonNode>> outcomes;

  private Tape(Map<String, Deque<JsonNode>> outcomes) {
    this.outcomes = outcomes;
  }

  /**
   * @throws LlmException {@code NOT_FOUND} or {@code VALIDATION_ERROR}
   */
  static Tape read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new LlmException(LlmErrorCode.NOT_FOUND, "no record " + file);
    }
    Map<String, Deque<JsonNode>> outcomes = new HashMap<>();
    int number = 0;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        JsonNode node = Json.read(line);
        String key = Json.string(node, "key");
        if (key == null || !node.path("response").isObject() && !node.path("error").isObject()) {
          throw new IOException("it is not a recorded call");
        }
        outcomes.computeIfAbsent(key, k -> new ArrayDeque<>()).add(node);
      }
    } catch (IOException e) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR,
          "record %s is unusable at line %d".formatted(file, number),
          Json.reason(e));
    }
    return new Tape(outcomes);
  }

  synchronized Optional<JsonNode> next(String key) {
    Deque<JsonNode> left = outcomes.get(key);
    return left == null ? Optional.empty() : Optional.ofNullable(left.poll());
  }
}
