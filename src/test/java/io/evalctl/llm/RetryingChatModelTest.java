package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryingChatModelTest {
  private static final ChatRequest HELLO =
      ChatRequest.of(List.of(ChatMessage.user("hi")), new ChatOptions(0.5, 0.5, 10, List.of(), 1L));

  private final ManualTime time = new ManualTime();
  private final ProviderGate gate = new ProviderGate(time, new Random(2));
  private final Script script = new Script();
  private final List<Duration> waits = new ArrayList<>();
  private final ChatModel model =
      new RetryingChatModel(
          script, gate, time, new Random(1), (id, error, wait) -> waits.add(wait));

  @Test
  void succeedsAtOnce() {
    script.answers("hello");
    ChatResponse response = model.complete(HELLO, seconds(300));
    assertThat(response.text()).isEqualTo("hello");
    assertThat(response.attempts()).isEqualTo(1);
    assertThat(time.sleeps()).isEmpty();
  }

  @Test
  void triesAgainWithFullJitterAndGivesUpAfterFourRetries() {
    for (int i = 0; i < 9; i++) {
      script.fails(LlmErrorCode.SERVER_ERROR, 500, null, null);
    }
    assertThatThrownBy(() -> model.complete(HELLO, seconds(300)))
        .asInstanceOf(type(LlmException.class))
        .extracting(LlmException::error)
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(LlmErrorCode.SERVER_ERROR);
              assertThat(error.attempts()).isEqualTo(5);
              assertThat(error.retryable()).isTrue();
              assertThat(error.retryAfterMs()).isNull();
            });
    assertThat(script.asked).hasSize(5);
    assertThat(waits).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(waits.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(500L << i));
    }
    assertThat(waits).doesNotHaveDuplicates();
  }

  @Test
  void waitsAsLongAsTheProviderSays() {
    script.fails(LlmErrorCode.SERVER_ERROR, 503, 7000L, null);
    script.answers("hello");
    assertThat(model.complete(HELLO, seconds(300)).attempts()).isEqualTo(2);
    assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(7));
  }

  /** As long as the deadline lasts, whether the provider says how long to wait or not. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      // The last one is no limit's: nothing would ever be asked again.
      value = {"1000", "0", "none", "3153600000000"})
  void whatIsThrottledIsNoFault(Long hintMs) {
    for (int i = 0; i < 12; i++) {
      script.fails(LlmErrorCode.RATE_LIMIT, 429, hintMs, null);
    }
    for (int i = 0; i < RetryingChatModel.MAX_RETRIES; i++) {
      script.fails(LlmErrorCode.SERVER_ERROR, 500, null, null);
    }
    script.answers("hello");
    assertThat(model.complete(HELLO, seconds(300)).attempts()).isEqualTo(17);
    if (hintMs != null && hintMs == 1000) {
      assertThat(time.sleeps().subList(0, 12)).containsOnly(Duration.ofMillis(hintMs));
    } else {
      assertThat(time.sleeps().get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
      assertThat(time.sleeps().get(11)).isBetween(Duration.ofMillis(6400), Duration.ofSeconds(13));
    }
  }

  @Test
  void isThrottledUntilItsDeadlineAtMost() {
    for (int i = 0; i < 1000; i++) {
      script.fails(LlmErrorCode.RATE_LIMIT, 429, null, null);
    }
    assertThatThrownBy(() -> model.complete(HELLO, seconds(60)))
        .asInstanceOf(type(LlmException.class))
        .extracting(LlmException::error)
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(LlmErrorCode.RATE_LIMIT);
              assertThat(error.retryable()).isTrue();
              assertThat(error.attempts()).isBetween(8, 30);
            });
    assertThat(time.nanoTime()).isLessThan(Duration.ofSeconds(60).toNanos());
  }

  @Test
  void aWaitBeyondBeliefIsNone() {
    script.fails(LlmErrorCode.SERVER_ERROR, 503, 3_153_600_000_000L, null);
    script.answers("hello");
    assertThat(model.complete(HELLO, seconds(300)).attempts()).isEqualTo(2);
    assertThat(time.sleeps().get(0)).isLessThanOrEqualTo(Duration.ofMillis(500));
  }

  @Test
  void neverWaitsPastTheDeadline() {
    script.fails(LlmErrorCode.RATE_LIMIT, 429, 60_000L, null);
    assertThatThrownBy(() -> model.complete(HELLO, seconds(30)))
        .asInstanceOf(type(LlmException.class))
        .extracting(LlmException::error)
        .satisfies(
            error -> {
              assertThat(error.retryAfterMs()).isEqualTo(60_000);
              assertThat(error.attempts()).isEqualTo(1);
            });
    assertThat(time.sleeps()).isEmpty();
  }

  @Test
  void doesNotRepeatWhatCannotHelp() {
    script.fails(LlmErrorCode.QUOTA_EXCEEDED, 429, null, null);
    assertThatThrownBy(() -> model.complete(HELLO, seconds(300))).isInstanceOf(LlmException.class);
    assertThat(script.asked).hasSize(1);
  }

  @Test
  void a429PausesTheProvidersOtherRequests() {
    script.fails(LlmErrorCode.RATE_LIMIT, 429, 5000L, null);
    assertThatThrownBy(() -> model.complete(HELLO, seconds(3))).isInstanceOf(LlmException.class);
    Script other = new Script();
    other.answers("hello");
    ChatModel second = new RetryingChatModel(other, gate, time, new Random(1), CallListener.NONE);
    assertThat(second.complete(HELLO, seconds(300)).attempts()).isEqualTo(1);
    assertThat(time.sleeps()).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void aPauseBeyondTheDeadlineIsAnErrorAtOnce() {
    script.fails(LlmErrorCode.RATE_LIMIT, 429, 60_000L, null);
    assertThatThrownBy(() -> model.complete(HELLO, seconds(3))).isInstanceOf(LlmException.class);
    script.asked.clear();
    assertThatThrownBy(() -> model.complete(HELLO, seconds(30)))
        .asInstanceOf(type(LlmException.class))
        .extracting(LlmException::error)
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(LlmErrorCode.RATE_LIMIT);
              assertThat(error.retryAfterMs()).isEqualTo(60_000);
              assertThat(error.attempts()).isZero();
            });
    assertThat(script.asked).isEmpty();
  }

  @Test
  void a503WithAHintPausesNobodyElse() {
    script.fails(LlmErrorCode.SERVER_ERROR, 503, 5000L, null);
    assertThatThrownBy(() -> model.complete(HELLO, seconds(3))).isInstanceOf(LlmException.class);
    script.answers("hello");
    model.complete(HELLO, seconds(300));
    assertThat(time.sleeps()).isEmpty();
  }

  private Deadline seconds(int seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), time);
  }

  /** Answers and fails in order. */
  private static final class Script implements ChatModel {
    private final Deque<Object> outcomes = new ArrayDeque<>();
    final List<ChatRequest> asked = new ArrayList<>();

    void answers(String text) {
      outcomes.add(
          new ChatResponse(
              List.of(new ChatContent.Text(text)),
              StopReason.STOP,
              "stop",
              Usage.reported(1L, null, null, 1L, null),
              null,
              null,
              Duration.ZERO,
              1,
              List.of()));
    }

    void fails(LlmErrorCode code, int status, Long retryAfterMs, String parameter) {
      outcomes.add(
          new LlmException(
              new LlmError(code, "m", null, status, code.retryable(), 1, retryAfterMs, parameter),
              null));
    }

    @Override
    public ModelId id() {
      return new ModelId(Provider.OPENAI, "gpt-4o");
    }

    @Override
    public ChatResponse complete(ChatRequest request, Deadline deadline) {
      asked.add(request);
      Object outcome = outcomes.remove();
      if (outcome instanceof LlmException e) {
        throw e;
      }
      return (ChatResponse) outcome;
    }
  }
}
