package io.evalctl.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 100",
    "0.8, 80",
    "0.666666, 67",
    "0.999, 99.9",
    "0.9999, 99.99",
    "0.004, 0.4",
    "0.00004, 0.004",
    "0.995, 99.5",
    "0.994, 99",
    "0.005, 1",
    "1e-17, 0",
    "0.9999999999999999, 100"
  })
  void neverSaysAllOrNothingOfWhatIsNeither(double share, String text) {
    assertThat(Percent.number(share)).isEqualTo(text);
  }
}
