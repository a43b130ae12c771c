package io.evalctl.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.EvalctlException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "30s, 30000",
    "1.5m, 90000",
    "2h, 7200000",
    "0s, 0",
    "0.25s, 250",
    " 3s , 3000"
  })
  void reads(String text, long milliseconds) {
    assertThat(Durations.parse("x", text)).isEqualTo(Duration.ofMillis(milliseconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "-1s", "1d", "1 s", "1e3s", "99999999999s"})
  void refuses(String text) {
    assertThatThrownBy(() -> Durations.parse("timeout", text))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("timeout cannot be '" + text + "'");
  }

  @Test
  void writesWhatItReads() {
    for (long milliseconds : new long[] {0, 1, 500, 1000, 1500, 60_000, 61_000, 7_200_000}) {
      Duration duration = Duration.ofMillis(milliseconds);
      assertThat(Durations.parse("x", Durations.format(duration))).isEqualTo(duration);
    }
  }
}
