package io.evalctl.llm;

import java.time.Duration;
import java.util.List;

/**
 * A model's answer. It always has text or a tool call.
 *
 * @param rawStopReason the provider's own word, or null when it gave none
 * @param usage input and output are always known, at least as an estimate
 * @param modelVersion the model that answered, as the provider names it, or null
 * @param responseId the provider's id of the answer, or null
 * @param latency of the attempt that succeeded
 * @param attempts how often the request was sent
 * @param droppedParameters parameters that were left out because the model takes none of the kind
 */
public record ChatResponse(
    List<ChatContent> content,
    StopReason stopReason,
    String rawStopReason,
    Usage usage,
    String modelVersion,
    String responseId,
    Duration latency,
    int attempts,
    List<String> droppedParameters) {

  public ChatResponse {
    content = List.copyOf(content);
    droppedParameters = List.copyOf(droppedParameters);
  }

  /** Its text parts, joined; empty when the model only calls tools. */
  public String text() {
    return ChatMessage.textOf(content);
  }

  /** The tools that the model wants run. */
  public List<ChatContent.ToolCall> toolCalls() {
    return content.stream()
        .filter(ChatContent.ToolCall.class::isInstance)
        .map(ChatContent.ToolCall.class::cast)
        .toList();
  }

  ChatResponse withAttempts(int count, List<String> dropped) {
    return new ChatResponse(
        content,
        stopReason,
        rawStopReason,
        usage,
        modelVersion,
        responseId,
        latency,
        count,
        dropped);
  }
}
