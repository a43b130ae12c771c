package io.evalctl.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.text.Json;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/**
 * Which lines of a batch have their answer already, and whose it is: eight bytes for each line, so
 * that millions fit into memory. Not thread-safe.
 */
final class FinishedLines {
  private static final long OPEN = 0;

  private long[] owners = new long[1024];
  private int count;
  private int last = -1;
  private int succeeded;
  private int retryable;

  /** None. */
  FinishedLines() {}

  /**
   * Reads the answers in a batch's output.
   *
   * @throws EvalctlException {@link ErrorCode#INVALID_INPUT} when it is no such file
   */
  static FinishedLines read(Path out) {
    FinishedLines finished = new FinishedLines();
    try (InputStream in = new FileInputStream(out.toFile());
        JsonParser parser = new JsonFactory().createParser(in)) {
      while (parser.nextToken() != null) {
        finished.readAnswer(parser);
      }
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.INVALID_INPUT,
          "cannot resume: %s is not the output of a batch: %s".formatted(out, Json.reason(e)),
          "give another --out, or move the file away",
          e);
    }
    return finished;
  }

  private void readAnswer(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("a line is no JSON object");
    }
    int index = -1;
    String runId = null;
    String scenarioId = null;
    boolean success = false;
    boolean again = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : -1;
        case "runId" -> runId = parser.getValueAsString();
        case "scenarioId" -> scenarioId = parser.getValueAsString();
        case "success" -> success = value == JsonToken.VALUE_TRUE;
        case "error" -> again = value == JsonToken.START_OBJECT && readRetryable(parser);
        default -> parser.skipChildren();
      }
    }
    if (index < 0 || contains(index)) {
      throw new IOException(
          index < 0 ? "a line has no index" : "line " + index + " is answered twice");
    }
    add(index, runId, scenarioId);
    succeeded += success ? 1 : 0;
    retryable += !success && again ? 1 : 0;
  }

  private static boolean readRetryable(JsonParser parser) throws IOException {
    boolean again = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean asked = parser.currentName().equals("retryable");
      again |= parser.nextToken() == JsonToken.VALUE_TRUE && asked;
      parser.skipChildren();
    }
    return again;
  }

  /** Whether an answer is a failure that another try can mend. */
  static boolean isRetryable(JsonNode answer) {
    return !answer.path("success").asBoolean()
        && answer.path("error").path("retryable").asBoolean();
  }

  boolean contains(int index) {
    return index < owners.length && owners[index] != OPEN;
  }

  /** Whether the line's answer bears these ids. */
  boolean belongsTo(int index, ProbeIds ids) {
    return owners[index] == owner(ids.runId(), ids.scenarioId());
  }

  int count() {
    return count;
  }

  int succeeded() {
    return succeeded;
  }

  /** How many failed in a way in which another try can help. */
  int retryable() {
    return retryable;
  }

  /** The greatest index, -1 when there is none. */
  int last() {
    return last;
  }

  private void add(int index, String runId, String scenarioId) {
    if (index >= owners.length) {
      owners = Arrays.copyOf(owners, Math.max(index + 1, owners.length * 2));
    }
    owners[index] = owner(runId, scenarioId);
    count++;
    last = Math.max(last, index);
  }

  private static long owner(String runId, String scenarioId) {
    byte[] name = (runId + "\n" + scenarioId).getBytes(StandardCharsets.UTF_8);
    long hash = UUID.nameUUIDFromBytes(name).getMostSignificantBits();
    return hash == OPEN ? 1 : hash;
  }
}
