package io.evalctl.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthySpellTest {
  private final HealthySpell spell = new HealthySpell(Duration.ofMillis(500));

  private boolean take(long millis, boolean healthy) {
    return spell.reachedWith(
        new HealthSample(
            millis * 1_000_000, millis * 1_000_000, healthy, healthy ? "" : "no leader", Map.of()));
  }

  @Test
  void isReachedAfterTheWholeTime() {
    assertThat(take(0, true)).isFalse();
    assertThat(take(499, true)).isFalse();
    assertThat(take(500, true)).isTrue();
  }

  @Test
  void startsOverAfterABreak() {
    take(0, true);
    take(300, false);

    assertThat(take(350, true)).isFalse();
    assertThat(take(800, true)).isFalse();
    assertThat(take(850, true)).isTrue();
  }
}
