package io.evalctl.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/** A part of a message. JSON trees in it are not to be changed. */
public sealed interface ChatContent {

  /** Plain text. */
  record Text(String text) implements ChatContent {
    public Text {
      Objects.requireNonNull(text);
    }
  }

  /**
   * What a model thought before it answered.
   *
   * @param provider who made it; only this one is given it back
   * @param text what can be read of it, possibly empty
   * @param raw the provider's own block, given back unchanged so that a conversation with tools can
   *     go on, or null when there is none
   */
  record Reasoning(Provider provider, String text, JsonNode raw) implements ChatContent {
    public Reasoning {
      Objects.requireNonNull(provider);
      Objects.requireNonNull(text);
    }
  }

  /**
   * A model's wish to have a tool run.
   *
   * @param id by which the result names its call
   * @param arguments a JSON object; a text node with what came when it was none
   * @param signature an opaque mark that Google wants back with the call, or null
   */
  record ToolCall(String id, String name, JsonNode arguments, String signature)
      implements ChatContent {
    public ToolCall {
      Objects.requireNonNull(id);
      Objects.requireNonNull(name);
      Objects.requireNonNull(arguments);
    }
  }

  /**
   * What came of a tool call.
   *
   * @param callId the call's id
   * @param name the tool's name
   * @param failed whether the tool failed
   */
  record ToolResult(String callId, String name, String text, boolean failed)
      implements ChatContent {
    public ToolResult {
      Objects.requireNonNull(callId);
      Objects.requireNonNull(name);
      Objects.requireNonNull(text);
    }
  }
}
