package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import java.time.Duration;
import java.util.List;

/** Plays the replies of a {@link MockScript}. Thread-safe. */
final class MockChatModel implements ChatModel {
  private final ModelId id;
  private final MockScript script;

  MockChatModel(ModelId id, MockScript script) {
    this.id = id;
    this.script = script;
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    String lastUserMessage = "";
    for (ChatMessage message : request.messages()) {
      lastUserMessage = message.role() == ChatRole.USER ? message.text() : lastUserMessage;
    }
    String asked = lastUserMessage;
    MockScript.Reply reply =
        script
            .next(asked)
            .orElseThrow(
                () ->
                    new LlmException(
                        LlmErrorCode.VALIDATION_ERROR,
                        "no reply is left in " + id.model() + " for the last user message",
                        asked.length() <= 200 ? asked : asked.substring(0, 200) + "..."));
    Duration wait = reply.delay();
    boolean late = wait.compareTo(deadline.remaining()) > 0;
    Waiter.pause("the mock's delay", late ? deadline.remaining() : wait, deadline.time());
    if (late) {
      throw new LlmException(
          LlmErrorCode.TIMEOUT,
          "mock did not answer within %.1fs".formatted(deadline.length().toMillis() / 1e3));
    }
    if (reply.error() != null) {
      throw new LlmException(reply.error(), null);
    }
    boolean calls = reply.content().stream().anyMatch(ChatContent.ToolCall.class::isInstance);
    boolean text =
        reply.content().stream()
            .anyMatch(part -> part instanceof ChatContent.Text t && !t.text().isBlank());
    if (!calls && !text) {
      throw new LlmException(LlmErrorCode.INVALID_RESPONSE, "the mock's reply holds no text");
    }
    return new ChatResponse(
        reply.content(),
        calls ? StopReason.TOOL_USE : StopReason.STOP,
        null,
        TokenCounter.complete(reply.usage(), id, request, reply.content()),
        null,
        null,
        wait,
        1,
        List.of());
  }
}
