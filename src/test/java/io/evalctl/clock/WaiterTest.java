package io.evalctl.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaiterTest {
  private static final Deadline LONG = Deadline.in(Duration.ofMinutes(5), TimeSource.system());

  @AfterEach
  void notInterrupted() {
    Thread.interrupted();
  }

  @Test
  void theEndOfATaskIsANoticeHoweverItEnds() {
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    cancelled.cancel(false);
    for (CompletableFuture<?> ended :
        new CompletableFuture<?>[] {
          CompletableFuture.completedFuture("x"),
          CompletableFuture.failedFuture(new IllegalStateException()),
          cancelled
        }) {
      assertThat(Waiter.reached("it", LONG, Waiter.Notice.of(ended))).isTrue();
    }
  }

  @Test
  void aNoticeOfALaterMomentIsWaitedFor() {
    CompletableFuture<String> later = new CompletableFuture<>();
    int[] asked = {0};
    Waiter.until(
        "it",
        LONG,
        nanos -> {
          if (++asked[0] == 3) {
            later.complete("now");
          }
          return Waiter.Notice.of(later).within(1);
        });
    assertThat(asked[0]).isEqualTo(3);
  }

  @Test
  void whatDoesNotComeInTimeIsNamed() {
    Deadline over = Deadline.in(Duration.ZERO, TimeSource.system());
    Waiter.Notice never = Waiter.Notice.of(new CompletableFuture<>());
    assertThat(Waiter.reached("it", over, never)).isFalse();
    assertThatThrownBy(() -> Waiter.until("the end of time", over, never))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
        .hasMessage("waited 0.0s for the end of time");
  }

  @Test
  void theDeadlineMayBeOfAnotherClock() {
    ManualTime time = new ManualTime();
    Deadline hour = Deadline.in(Duration.ofHours(1), time);
    Waiter.Notice never =
        nanos -> {
          assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(1));
          time.sleep(Duration.ofMinutes(20));
          return false;
        };
    assertThat(Waiter.reached("it", hour, never)).isFalse();
    assertThat(time.sleeps()).hasSize(4);
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Waiter.until("it", LONG, Waiter.Notice.of(new CompletableFuture<>())))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
  }
}
