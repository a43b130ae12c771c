package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A command that an operator logged.
 *
 * @param toolName the tool, empty where none is named
 * @param toolParams its parameters; what is no JSON becomes a JSON string, nothing a JSON null
 * @param exitCode from the tool_result that follows, null while there is none
 * @param timestamp when, by the operator's own clock where that can be believed
 * @param nanos the same on the monotonic clock
 */
public record OperatorCommand(
    String toolName, JsonNode toolParams, Integer exitCode, Instant timestamp, long nanos) {}
