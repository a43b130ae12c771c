package io.evalctl.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/**
 * A tool that a model may ask to have run.
 *
 * @param name letters, digits, underscores and hyphens
 * @param parameters JSON Schema of its arguments, an object
 */
public record ToolDefinition(String name, String description, ObjectNode parameters) {
  public ToolDefinition {
    Objects.requireNonNull(name);
    Objects.requireNonNull(description);
    Objects.requireNonNull(parameters);
  }
}
