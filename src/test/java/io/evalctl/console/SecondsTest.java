package io.evalctl.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 3, 1s to 3s",
    "7, 7, about 7s",
    "61, 360, 65s to 6 min",
    "99, 6000, 100s to 1.7 h",
    "120, 129, about 2 min"
  })
  void anEstimateIsRough(long least, long most, String text) {
    assertThat(Seconds.range(Duration.ofSeconds(least), Duration.ofSeconds(most))).isEqualTo(text);
  }
}
