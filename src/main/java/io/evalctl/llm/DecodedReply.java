package io.evalctl.llm;

import java.util.List;

/**
 * What a provider's answer holds.
 *
 * @param usage as reported, parts unknown
 * @param problem why there may be no usable text, such as a blocked prompt, or null
 */
record DecodedReply(
    List<ChatContent> content,
    StopReason stopReason,
    String rawStopReason,
    Usage usage,
    String modelVersion,
    String responseId,
    String problem) {

  /** Whether there is text that is not blank, or a tool call. */
  boolean usable() {
    return content.stream()
        .anyMatch(
            part ->
                part instanceof ChatContent.ToolCall
                    || part instanceof ChatContent.Text text && !text.text().isBlank());
  }
}
