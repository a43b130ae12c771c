package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One tool_call or tool_result of the log. Whatever but key and identity is null where it was left
 * out.
 *
 * @param key its id, or its number
 * @param identity its key and what else an operator may fill in later, such as the exit code
 * @param place its number, if it has one
 * @param session the session it belongs to
 * @param call whether it is a tool_call; else a tool_result
 * @param toolParams JSON as it is written
 */
record LogRow(
    String key,
    String identity,
    Long place,
    String session,
    boolean call,
    String toolName,
    String toolParams,
    Integer exitCode,
    String timestamp) {

  /** From the JSON of {@link TableShape#logJson()}. */
  static LogRow of(JsonNode json) {
    return new LogRow(
        json.get("key").asText(),
        json.get("identity").asText(),
        json.get("place").isNull() ? null : (Long) json.get("place").asLong(),
        json.get("session").textValue(),
        "tool_call".equals(json.get("type").textValue()),
        json.get("tool").textValue(),
        json.get("params").textValue(),
        wholeNumber(json.get("exit").textValue()),
        json.get("time").textValue());
  }

  /** Whether this is that row again, perhaps with more filled in. */
  boolean sameEntryAs(LogRow other) {
    return key.equals(other.key)
        && call == other.call
        && java.util.Objects.equals(timestamp, other.timestamp);
  }

  private static Integer wholeNumber(String text) {
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
