package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {
  private final List<String> taken = new ArrayList<>();

  @Test
  void takesEveryStepAndThrowsTheFirstFailure() {
    Cleanup cleanup = new Cleanup();
    cleanup.add(() -> fail("one"));
    cleanup.add(() -> taken.add("two"));
    cleanup.add(() -> fail("three"));

    assertThatThrownBy(cleanup::run)
        .hasMessage("one")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(taken).containsExactly("two");
  }

  @Test
  void putsAnInterruptAsideAndBringsItBack() {
    Cleanup cleanup = new Cleanup();
    cleanup.add(() -> taken.add("interrupted: " + Thread.currentThread().isInterrupted()));
    Thread.currentThread().interrupt();

    cleanup.run();

    assertThat(taken).containsExactly("interrupted: false");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void takesAStepAgainThatAnInterruptHasMet() {
    Cleanup cleanup = new Cleanup();
    cleanup.add(
        () -> {
          taken.add("one");
          if (taken.size() == 1) {
            throw EvalctlException.interrupted("step one");
          }
        });
    cleanup.add(
        () -> {
          taken.add("two");
          if (taken.size() == 3) {
            Thread.currentThread().interrupt();
          }
        });

    cleanup.run();

    assertThat(taken).containsExactly("one", "one", "two", "two");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }
}
