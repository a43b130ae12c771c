package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Tries again where that can help: after the wait that the provider asks for, else after an
 * exponential one with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015); never
 * past the deadline. Thread-safe if the generator is.
 */
final class RetryingChatModel implements ChatModel {
  static final int MAX_RETRIES = 4;
  private static final long FIRST_BACKOFF_MS = 500;

  private final ChatModel once;
  private final ProviderPause pause;
  private final TimeSource time;
  private final RandomGenerator random;
  private final CallListener listener;

  RetryingChatModel(
      ChatModel once,
      ProviderPause pause,
      TimeSource time,
      RandomGenerator random,
      CallListener listener) {
    this.once = once;
    this.pause = pause;
    this.time = time;
    this.random = random;
    this.listener = listener;
  }

  @Override
  public ModelId id() {
    return once.id();
  }

  @Override
  public ChatResponse complete(ChatRequest request, Deadline deadline) {
    int attempts = 0;
    int retries = 0;
    while (true) {
      try {
        pause.await(deadline, id().provider());
        ChatResponse response = once.complete(request, deadline);
        return response.withAttempts(attempts + response.attempts(), response.droppedParameters());
      } catch (LlmException e) {
        attempts += e.error().attempts();
        LlmError error = e.error().withAttempts(attempts);
        if (throttled(error)) {
          pause.extend(Duration.ofMillis(error.retryAfterMs()));
        }
        Duration wait = waitBefore(retries, error);
        if (!error.retryable()
            || retries == MAX_RETRIES
            || wait.compareTo(deadline.remaining()) >= 0) {
          throw new LlmException(error, e.getCause());
        }
        retries++;
        listener.retrying(id(), error, wait);
        Waiter.pause("another try with " + id(), wait, time);
      }
    }
  }

  private Duration waitBefore(int retries, LlmError error) {
    if (error.retryAfterMs() != null) {
      return Duration.ofMillis(error.retryAfterMs());
    }
    return Duration.ofMillis(random.nextLong((FIRST_BACKOFF_MS << retries) + 1));
  }

  private static boolean throttled(LlmError error) {
    return error.code() == LlmErrorCode.RATE_LIMIT
        && Integer.valueOf(429).equals(error.statusCode())
        && error.retryAfterMs() != null;
  }
}
