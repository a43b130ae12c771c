package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The replies of a {@code mock:FILE}, each played once unless it may be repeated. Thread-safe.
 *
 * <p>The file is {@code {"replies":[{"when":"regex","text":"...","toolCalls":[{"id","name",
 * "arguments"}],"usage":{"inputTokens","cachedInputTokens","outputTokens","reasoningTokens"},
 * "error":{"status":429,"code":"..."},"delayMs":0,"repeat":false}]}}.
 */
final class MockScript {
  /** A year. */
  private static final long MOST_MILLIS = 365L * 24 * 60 * 60 * 1000;

  /**
   * @param when found in the last user message; null fits all
   * @param error what to answer instead of an answer, or null
   */
  record Reply(
      Pattern when,
      List<ChatContent> content,
      Usage usage,
      LlmError error,
      Duration delay,
      boolean repeat) {}

  private final List<Reply> replies;

  private MockScript(List<Reply> replies) {
    this.replies = new ArrayList<>(replies);
  }

  /**
   * @throws LlmException {@code NOT_FOUND} or {@code VALIDATION_ERROR}
   */
  static MockScript read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new LlmException(LlmErrorCode.NOT_FOUND, "no mock file " + file);
    }
    try {
      JsonNode root = Json.read(Files.readAllBytes(file));
      if (!root.path("replies").isArray()) {
        throw new IOException("it holds no array 'replies'");
      }
      List<Reply> replies = new ArrayList<>();
      for (JsonNode node : root.path("replies")) {
        replies.add(reply(node, "replies[" + replies.size() + "]"));
      }
      return new MockScript(replies);
    } catch (IOException e) {
      throw new LlmException(
          LlmErrorCode.VALIDATION_ERROR, "mock file " + file + " is unusable", Json.reason(e));
    }
  }

  /** Takes the first reply left that fits. */
  synchronized Optional<Reply> next(String lastUserMessage) {
    for (int i = 0; i < replies.size(); i++) {
      Reply reply = replies.get(i);
      if (reply.when() == null || reply.when().matcher(lastUserMessage).find()) {
        if (!reply.repeat()) {
          replies.remove(i);
        }
        return Optional.of(reply);
      }
    }
    return Optional.empty();
  }

  private static Reply reply(JsonNode node, String where) throws IOException {
    List<ChatContent> content = new ArrayList<>();
    String text = Json.string(node, "text");
    if (text != null) {
      content.add(new ChatContent.Text(text));
    }
    for (JsonNode call : node.path("toolCalls")) {
      if (Json.string(call, "name") == null) {
        throw new IOException(where + ".toolCalls holds a call without a name");
      }
      content.add(
          new ChatContent.ToolCall(
              call.path("id").asText("call_" + content.size()),
              Json.string(call, "name"),
              call.path("arguments").isObject() ? call.path("arguments") : Json.object(),
              null));
    }
    JsonNode usage = node.path("usage");
    return new Reply(
        pattern(node, where),
        content,
        Usage.reported(
            Json.integer(usage, "inputTokens"),
            Json.integer(usage, "cachedInputTokens"),
            null,
            Json.integer(usage, "outputTokens"),
            Json.integer(usage, "reasoningTokens")),
        node.path("error").isObject() ? error(node.path("error"), where + ".error") : null,
        Duration.ofMillis(delay(node, where)),
        node.path("repeat").asBoolean(false));
  }

  private static Pattern pattern(JsonNode node, String where) throws IOException {
    String when = Json.string(node, "when");
    try {
      return when == null ? null : Pattern.compile(when);
    } catch (PatternSyntaxException e) {
      throw new IOException(where + ".when is no regular expression: " + e.getDescription(), e);
    }
  }

  private static long delay(JsonNode node, String where) throws IOException {
    Long delay = whole(node, "delayMs", where, MOST_MILLIS);
    return delay == null ? 0 : delay;
  }

  /** A number from 0 up, or null when there is none. */
  private static Long whole(JsonNode node, String field, String where, long most)
      throws IOException {
    if (!node.hasNonNull(field)) {
      return null;
    }
    Long value = Json.integer(node, field);
    if (value == null || value < 0 || value > most) {
      throw new IOException(
          "%s.%s must be a whole number from 0 to %d".formatted(where, field, most));
    }
    return value;
  }

  /** A code of ours stands for itself; any other word is judged as a provider's. */
  private static LlmError error(JsonNode node, String where) throws IOException {
    String word = Json.string(node, "code");
    Long status = whole(node, "status", where, 999);
    String message = node.path("message").asText("the mock says so");
    int http = status == null ? 500 : status.intValue();
    LlmErrorCode code = null;
    for (LlmErrorCode known : LlmErrorCode.values()) {
      code = known.name().equals(word) ? known : code;
    }
    if (code == null) {
      code = ErrorClassifier.classify(http, ErrorBody.read(node));
    }
    return new LlmError(
        code,
        status == null ? "mock failed" : "mock answered HTTP " + status,
        message,
        status == null ? null : (Integer) http,
        code.retryable(),
        1,
        whole(node, "retryAfterMs", where, MOST_MILLIS),
        Json.string(node, "param"));
  }
}
