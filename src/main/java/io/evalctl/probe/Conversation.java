package io.evalctl.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.llm.ChatMessage;
import io.evalctl.llm.ChatModel;
import io.evalctl.llm.ChatRequest;
import io.evalctl.llm.ChatResponse;
import io.evalctl.llm.LlmError;
import io.evalctl.llm.LlmErrorCode;
import io.evalctl.llm.LlmException;
import io.evalctl.llm.ModelPrice;
import io.evalctl.text.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Holds one conversation, prompt after prompt, with the whole history. Used by one thread. */
final class Conversation {
  private final ProbeInput input;
  private final ModelPrice price;
  private final ProbeListener listener;
  private final TimeSource time;
  private final Instant startedAt;
  private final long startNanos;
  private final List<ChatMessage> history = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  Conversation(ProbeInput input, ModelPrice price, ProbeListener listener, TimeSource time) {
    this.input = input;
    this.price = price;
    this.listener = listener;
    this.time = time;
    this.startedAt = time.now();
    this.startNanos = time.nanoTime();
  }

  /**
   * Asks every prompt.
   *
   * @throws io.evalctl.llm.LlmException when one has no answer; the turns before it are kept
   */
  void hold(ChatModel model, Deadline deadline) {
    for (ProbeInput.Followup prompt : input.turns()) {
      int number = turns.size() + 1;
      listener.happened("turn_started", event(number).put("promptLabel", prompt.label()));
      history.add(ChatMessage.user(prompt.prompt()));
      ChatResponse answer = model.complete(ChatRequest.of(history, input.options()), deadline);
      requireText(answer);
      history.add(ChatMessage.assistant(answer.content()));
      keep(number, prompt, answer);
    }
  }

  /** A model that only calls tools, which it was given none of, has not answered. */
  private static void requireText(ChatResponse answer) {
    if (answer.text().isBlank()) {
      throw new LlmException(
          new LlmError(
              LlmErrorCode.INVALID_RESPONSE,
              "the answer holds no text (finish reason " + answer.stopReason().label() + ")",
              null,
              null,
              false,
              answer.attempts(),
              null,
              null),
          null);
    }
  }

  /** What was said so far. */
  Transcript transcript() {
    int omitted = 1 + input.followups().size() - input.turns().size();
    return new Transcript(
        input.model(),
        turns,
        omitted,
        startedAt,
        time.now(),
        Duration.ofNanos(time.nanoTime() - startNanos),
        price);
  }

  /** What was odd about the answers. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void keep(int number, ProbeInput.Followup prompt, ChatResponse answer) {
    String text = answer.text();
    int bytes = Truncation.utf8Length(text);
    boolean truncated = bytes > Truncation.MAX_BYTES;
    if (truncated) {
      warnings.add(
          "turn %d: the answer was cut from %d to at most %d bytes"
              .formatted(number, bytes, Truncation.MAX_BYTES));
    }
    String expected = input.modelVersion();
    if (expected != null
        && answer.modelVersion() != null
        && !expected.equals(answer.modelVersion())) {
      warnings.add(
          "turn %d: %s answered, not %s".formatted(number, answer.modelVersion(), expected));
    }
    Turn turn =
        new Turn(
            number,
            prompt.label(),
            prompt.prompt(),
            truncated ? Truncation.cut(text, Truncation.MAX_BYTES) : text,
            bytes,
            truncated,
            answer,
            price == null ? null : price.of(answer.usage()));
    turns.add(turn);
    listener.happened(
        "turn_finished",
        event(turn.number())
            .put("finishReason", answer.stopReason().label())
            .put("inputTokens", answer.usage().input().tokens())
            .put("outputTokens", answer.usage().output().tokens())
            .put("responseBytes", turn.fullBytes())
            .put("attempts", answer.attempts())
            .put("requestMs", answer.latency().toMillis()));
  }

  private ObjectNode event(int turn) {
    return Json.object()
        .put("runId", input.runId())
        .put("scenarioId", input.scenarioId())
        .put("model", input.model().toString())
        .put("turnNumber", turn);
  }
}
