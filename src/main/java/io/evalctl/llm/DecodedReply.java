package io.evalctl.llm;

import java.util.List;

/**
 * What a provider's answer holds.
 *
 * @param usage as reported, parts unknown
 * @param problem why there may be no usable text, such as a blocked prompt, or null
 * @param failure what broke the answer off, so that its text is no answer, or null
 */
record DecodedReply(
    List<ChatContent> content,
    StopReason stopReason,
    String rawStopReason,
    Usage usage,
    String modelVersion,
    String responseId,
    String problem,
    ErrorBody failure) {

  /** One that is no answer. */
  static DecodedReply broken(String rawStopReason, ErrorBody failure) {
    return new DecodedReply(
        List.of(), StopReason.OTHER, rawStopReason, Usage.NONE, null, null, null, failure);
  }

  /** Whether the model thought and said nothing. */
  boolean onlyThought() {
    boolean counted = usage.reasoning() != null && usage.reasoning().tokens() > 0;
    return !usable()
        && (counted || content.stream().anyMatch(ChatContent.Reasoning.class::isInstance));
  }

  /** Whether there is text that is not blank, or a tool call. */
  boolean usable() {
    return content.stream()
        .anyMatch(
            part ->
                part instanceof ChatContent.ToolCall
                    || part instanceof ChatContent.Text text && !text.text().isBlank());
  }
}
