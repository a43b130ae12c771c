package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Does without the options that the model refuses: each is left out once the model has said so, and
 * the answer tells. What was refused is remembered for the same options alone: a model may take a
 * temperature of 1 and no other, or top_p unless there is a temperature, and which request comes
 * first must not decide how another one is sampled. Thread-safe.
 */
final class YieldingChatModel implements ChatModel {

  /** More sets of options than a batch has in earnest; the rest is found out anew. */
  private static final int MOST_REMEMBERED = 1000;

  private final ChatModel once;
  private final CallListener listener;
  private final Map<ChatOptions, List<String>> refused = new ConcurrentHashMap<>();

  YieldingChatModel(ChatModel once, CallListener listener) {
    this.once = once;
    this.listener = listener;
  }

  @Override
  public ModelId id() {
    return once.id();
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    ChatOptions kind = kind(request.options());
    Set<String> dropped = new LinkedHashSet<>(refused.getOrDefault(kind, List.of()));
    for (int attempts = 1; ; attempts++) {
      ChatRequest sent = request;
      for (String option : dropped) {
        sent = sent.without(option);
      }
      try {
        ChatResponse response = once.complete(sent, deadline);
        List<String> all = new ArrayList<>(response.droppedParameters());
        dropped.stream().filter(option -> !all.contains(option)).forEach(all::add);
        return response.withAttempts(attempts - 1 + response.attempts(), all);
      } catch (LlmException e) {
        List<String> blamed = RefusedOptions.of(e.error(), sent.options());
        if (blamed.isEmpty()) {
          throw new LlmException(
              e.error().withAttempts(attempts - 1 + e.error().attempts()), e.getCause());
        }
        dropped.addAll(blamed);
        remember(kind, dropped);
        listener.retrying(id(), e.error().withAttempts(attempts), Duration.ZERO);
      }
    }
  }

  private void remember(ChatOptions kind, Set<String> dropped) {
    if (refused.size() < MOST_REMEMBERED || refused.containsKey(kind)) {
      refused.put(kind, List.copyOf(dropped));
    }
  }

  /** What a refusal can hang on: every value but the limit of tokens and which seed it is. */
  private static ChatOptions kind(ChatOptions options) {
    return new ChatOptions(
        options.temperature(),
        options.topP(),
        null,
        options.stopSequences(),
        options.seed() == null ? null : (Long) 0L);
  }
}
