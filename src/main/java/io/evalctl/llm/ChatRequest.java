package io.evalctl.llm;

import java.util.List;

/** What a model is asked: the whole conversation so far. */
public record ChatRequest(
    List<ChatMessage> messages, ChatOptions options, List<ToolDefinition> tools) {

  public ChatRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a request needs a message");
    }
  }

  /** A conversation without tools. */
  public static ChatRequest of(List<ChatMessage> messages, ChatOptions options) {
    return new ChatRequest(messages, options, List.of());
  }

  ChatRequest without(String parameter) {
    ChatOptions fewer = options.without(parameter);
    return fewer.equals(options) ? this : new ChatRequest(messages, fewer, tools);
  }
}
