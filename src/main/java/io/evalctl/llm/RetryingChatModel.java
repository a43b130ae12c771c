package io.evalctl.llm;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Tries again where that can help. After a fault that is {@value #MAX_RETRIES} times at most, after
 * the wait that the provider asks for, else after an exponential one with full jitter (Brooker,
 * "Exponential Backoff And Jitter", AWS 2015). A call that is throttled is sent again when the
 * provider's gate lets it, as long as its deadline lasts. Thread-safe if the generator is.
 */
final class RetryingChatModel implements ChatModel {
  static final int MAX_RETRIES = 4;
  private static final long FIRST_BACKOFF_MS = 500;

  /** Limits by the day are common, by the month rare, and then of money. */
  private static final long MOST_CREDIBLE_MS = Duration.ofDays(31).toMillis();

  private final ChatModel once;
  private final ProviderGate gate;
  private final TimeSource time;
  private final RandomGenerator random;
  private final CallListener listener;

  RetryingChatModel(
      ChatModel once,
      ProviderGate gate,
      TimeSource time,
      RandomGenerator random,
      CallListener listener) {
    this.once = once;
    this.gate = gate;
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
    ProviderGate.Pass pass = gate.call();
    int attempts = 0;
    int retries = 0;
    while (true) {
      awaitTurn(pass, deadline, attempts);
      LlmException failure;
      try {
        ChatResponse response = once.complete(request, deadline);
        pass.answered();
        return response.withAttempts(attempts + response.attempts(), response.droppedParameters());
      } catch (LlmException e) {
        failure = e;
      } finally {
        pass.end();
      }
      attempts += failure.error().attempts();
      LlmError error = failure.error().withAttempts(attempts);
      boolean throttled = error.code() == LlmErrorCode.RATE_LIMIT && error.retryable();
      Long asked = credible(error.retryAfterMs());
      Duration wait = throttled ? pass.throttled(asked) : waitBefore(retries, asked);
      if (!error.retryable()
          || !throttled && retries++ == MAX_RETRIES
          || wait.compareTo(deadline.remaining()) >= 0) {
        throw new LlmException(error, failure.getCause());
      }
      listener.retrying(id(), error, wait);
      if (!throttled) {
        Waiter.pause("another try with " + id(), wait, time);
      }
    }
  }

  private void awaitTurn(ProviderGate.Pass pass, Deadline deadline, int attempts) {
    try {
      pass.await(deadline, id().provider());
    } catch (LlmException e) {
      throw new LlmException(e.error().withAttempts(attempts), e.getCause());
    }
  }

  /** A wait that is over already says nothing, and one beyond any limit's period is a mistake. */
  private static Long credible(Long afterMs) {
    return afterMs != null && afterMs > 0 && afterMs <= MOST_CREDIBLE_MS ? afterMs : null;
  }

  private Duration waitBefore(int retries, Long asked) {
    return Duration.ofMillis(
        asked != null ? asked : random.nextLong((FIRST_BACKOFF_MS << retries) + 1));
  }
}
