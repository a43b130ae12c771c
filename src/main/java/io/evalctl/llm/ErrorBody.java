package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.text.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an error body says, whichever provider's it is. Read are: OpenAI's {@code
 * {error:{message,type,param,code}}}, Anthropic's {@code {type:"error",error:{type,message,
 * details:{error_code}}}}, Google's {@code {error:{code,message,status,details:[{reason}]}}}, xAI's
 * {@code {code,error:"text"}}, Mistral's flat {@code {object:"error",message,type,code}} and
 * FastAPI's {@code {detail:[{loc,msg}]}}.
 *
 * @param message in the provider's words, or null
 * @param words type, code, status and reasons, in lower case
 * @param parameter the one that is blamed, or null
 * @param status an HTTP status that stands in the body, or null
 * @param retryDelay Google's RetryInfo, such as {@code 38s}, or null
 */
record ErrorBody(
    String message, List<String> words, String parameter, Integer status, String retryDelay) {

  private static final Pattern HTTP_STATUS = Pattern.compile("[45]\\d\\d");

  static final ErrorBody NONE = new ErrorBody(null, List.of(), null, null, null);

  /** One that a provider tells with a single word, such as a reason for having stopped. */
  static ErrorBody of(String message, Integer status) {
    return new ErrorBody(message, List.of(), null, status, null);
  }

  /** As this one, with a status where the body holds none. */
  ErrorBody orStatus(int fallback) {
    return status != null ? this : new ErrorBody(message, words, parameter, fallback, retryDelay);
  }

  /** Whether a body with a success status nevertheless holds an error. */
  static boolean isError(JsonNode body) {
    return body.path("error").isObject() && !body.path("error").isEmpty()
        || body.path("error").isTextual() && !body.path("error").textValue().isBlank()
        || "error".equals(Json.string(body, "object"))
        || "error".equals(Json.string(body, "type"));
  }

  static ErrorBody read(JsonNode body) {
    // Google's gateway may wrap the object in an array of one.
    JsonNode root = body.isArray() && body.size() == 1 ? body.get(0) : body;
    if (!root.isObject()) {
      return NONE;
    }
    JsonNode error = root;
    while (error.path("error").isObject()) {
      error = error.path("error");
    }
    List<String> words = new ArrayList<>();
    for (String field : List.of("type", "code", "status")) {
      addWord(words, error.path(field));
    }
    addWord(words, error.path("details").path("error_code"));
    String retryDelay = null;
    for (JsonNode detail : error.path("details")) {
      addWord(words, detail.path("reason"));
      String type = Json.string(detail, "@type");
      if (type != null && type.endsWith("RetryInfo")) {
        retryDelay = Json.string(detail, "retryDelay");
      }
    }
    return new ErrorBody(
        message(root, error), words, Json.string(error, "param"), status(error), retryDelay);
  }

  boolean says(Collection<String> any) {
    return words.stream().anyMatch(any::contains);
  }

  private static void addWord(List<String> words, JsonNode value) {
    if (value.isTextual()) {
      words.add(value.textValue().toLowerCase(Locale.ROOT));
    }
  }

  private static String message(JsonNode root, JsonNode error) {
    if (error.path("error").isTextual()) {
      return error.path("error").textValue();
    }
    if (error.path("message").isTextual()) {
      return error.path("message").textValue();
    }
    JsonNode detail =
        root.path("detail").isMissingNode() ? error.path("message") : root.path("detail");
    if (detail.path("detail").isArray()) {
      detail = detail.path("detail");
    }
    if (detail.isTextual()) {
      return detail.textValue();
    }
    List<String> messages = new ArrayList<>();
    for (JsonNode item : detail) {
      if (item.path("msg").isTextual()) {
        messages.add(location(item.path("loc")) + item.path("msg").textValue());
      }
    }
    return messages.isEmpty() ? null : String.join("; ", messages);
  }

  private static String location(JsonNode loc) {
    List<String> steps = new ArrayList<>();
    loc.forEach(step -> steps.add(step.asText()));
    return steps.isEmpty() ? "" : String.join(".", steps) + ": ";
  }

  private static Integer status(JsonNode error) {
    for (String field : List.of("code", "status", "status_code", "statusCode")) {
      // Gateways write it as a text, too; other codes of digits, such as Mistral's 3505, are
      // longer.
      String digits = error.path(field).isContainerNode() ? "" : error.path(field).asText();
      if (HTTP_STATUS.matcher(digits).matches()) {
        return Integer.valueOf(digits);
      }
    }
    return null;
  }
}
