package io.evalctl.rlm;

import io.evalctl.clock.Deadline;
import io.evalctl.llm.ChatContent;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelId;
import io.evalctl.llm.StopReason;
import io.evalctl.llm.TokenCount;
import io.evalctl.llm.TokenOrigin;
import io.evalctl.llm.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiFunction;

/** A model that answers as told, 100 tokens in and 10 out for each call. Thread-safe. */
final class ScriptedModel implements ChatModel {
  static final Usage USAGE =
      new Usage(count(100), count(40), count(0), count(10), new TokenCount(3, TokenOrigin.COUNTED));

  private final ModelId id;
  private final Deque<BiFunction<ChatRequest, Deadline, ChatResponse>> replies = new ArrayDeque<>();
  private final List<ChatRequest> requests = new ArrayList<>();
  private BiFunction<ChatRequest, Deadline, ChatResponse> always;

  ScriptedModel(String id) {
    this.id = ModelId.parse(id);
  }

  ScriptedModel says(String text) {
    return answers((request, deadline) -> response(text));
  }

  /** Blocks of code, each in a fence of its own. */
  ScriptedModel writes(String... blocks) {
    StringBuilder text = new StringBuilder();
    for (String block : blocks) {
      text.append("```repl\n").append(block).append("\n```\n");
    }
    return says(text.toString());
  }

  ScriptedModel fails(LlmErrorCode code) {
    return answers(
        (request, deadline) -> {
          throw new LlmException(LlmError.of(code, "it said no", null), null);
        });
  }

  synchronized ScriptedModel answers(BiFunction<ChatRequest, Deadline, ChatResponse> reply) {
    replies.add(reply);
    return this;
  }

  synchronized ScriptedModel always(BiFunction<ChatRequest, Deadline, ChatResponse> reply) {
    always = reply;
    return this;
  }

  synchronized List<ChatRequest> requests() {
    return List.copyOf(requests);
  }

  /** What the model was told last before its reply of this number, from 0. */
  String told(int number) {
    List<ChatMessage> messages = requests().get(number).messages();
    return messages.get(messages.size() - 1).text();
  }

  @Override
  public ModelId id() {
    return id;
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    BiFunction<ChatRequest, Deadline, ChatResponse> reply;
    synchronized (this) {
      requests.add(request);
      reply = replies.isEmpty() ? always : replies.remove();
    }
    if (reply == null) {
      throw new AssertionError("asked more often than told: " + request.messages());
    }
    return reply.apply(request, deadline);
  }

  static ChatResponse response(String text) {
    return new ChatResponse(
        List.of(new ChatContent.Text(text)),
        StopReason.STOP,
        "stop",
        USAGE,
        null,
        null,
        Duration.ZERO,
        1,
        List.of());
  }

  private static TokenCount count(long tokens) {
    return new TokenCount(tokens, TokenOrigin.REPORTED);
  }
}
