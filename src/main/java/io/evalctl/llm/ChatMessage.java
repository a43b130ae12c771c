package io.evalctl.llm;

import java.util.List;
import java.util.stream.Collectors;

/** One message of a conversation. */
public record ChatMessage(ChatRole role, List<ChatContent> content) {

  public ChatMessage {
    content = List.copyOf(content);
    for (ChatContent part : content) {
      boolean fits =
          part instanceof ChatContent.Text
              ? role != ChatRole.TOOL
              : role
                  == (part instanceof ChatContent.ToolResult ? ChatRole.TOOL : ChatRole.ASSISTANT);
      if (!fits) {
        throw new IllegalArgumentException(
            part.getClass().getSimpleName() + " cannot stand in a " + role + " message");
      }
    }
  }

  public static ChatMessage system(String text) {
    return new ChatMessage(ChatRole.SYSTEM, List.of(new ChatContent.Text(text)));
  }

  public static ChatMessage user(String text) {
    return new ChatMessage(ChatRole.USER, List.of(new ChatContent.Text(text)));
  }

  public static ChatMessage assistant(List<ChatContent> content) {
    return new ChatMessage(ChatRole.ASSISTANT, content);
  }

  /** The results of the tool calls of the assistant message before it. */
  public static ChatMessage toolResults(List<ChatContent.ToolResult> results) {
    return new ChatMessage(ChatRole.TOOL, List.copyOf(results));
  }

  /** Its text parts, joined. */
  public String text() {
    return textOf(content);
  }

  static String textOf(List<ChatContent> content) {
    return content.stream()
        .filter(ChatContent.Text.class::isInstance)
        .map(part -> ((ChatContent.Text) part).text())
        .collect(Collectors.joining());
  }
}
