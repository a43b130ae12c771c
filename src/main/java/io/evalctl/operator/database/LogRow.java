package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One tool_call or tool_result of the log. Whatever but the id is null where it was left out.
 *
 * @param id its place in the log
 * @param session the session it belongs to
 * @param call whether it is a tool_call; else a tool_result
 * @param toolParams JSON as it is written
 */
record LogRow(
    long id,
    String session,
    boolean call,
    String toolName,
    String toolParams,
    Integer exitCode,
    String timestamp) {

  /** From the JSON of {@link TableShape#logJson()}. */
  static LogRow of(JsonNode json) {
    return new LogRow(
        json.get("place").asLong(),
        json.get("session").textValue(),
        "tool_call".equals(json.get("type").textValue()),
        json.get("tool").textValue(),
        json.get("params").textValue(),
        wholeNumber(json.get("exit").textValue()),
        json.get("time").textValue());
  }

  private static Integer wholeNumber(String text) {
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
