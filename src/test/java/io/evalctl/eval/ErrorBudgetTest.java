package io.evalctl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.EvalctlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBudgetTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 10, false", "0, 1, 10, true", "3, 3, 10, false", "3, 4, 10, true",
    "0.25, 2, 8, false", "0.25, 3, 8, true", "10%, 1, 10, false", "10%, 2, 10, true",
    "100%, 10, 10, false", "0.0, 1, 10, true", "0.29, 29, 100, false", "0.29, 30, 100, true",
    "2.9%, 29, 1000, false", "2.9%, 30, 1000, true"
  })
  void bearsAsManyAsItSays(String text, int errors, int planned, boolean exceeded) {
    assertThat(ErrorBudget.parse(text).exceeded(errors, planned)).isEqualTo(exceeded);
  }

  @Test
  void withoutOneAllAreBorne() {
    assertThat(ErrorBudget.UNLIMITED.exceeded(10, 10)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "101%", "x", "", "NaN%"})
  void refusesWhatIsNoBudget(String text) {
    assertThatThrownBy(() -> ErrorBudget.parse(text))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("--fail-on-error");
  }
}
