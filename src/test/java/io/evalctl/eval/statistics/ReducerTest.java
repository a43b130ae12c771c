package io.evalctl.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReducerTest {

  @ParameterizedTest
  @CsvSource({
    // n, c, reducer, by hand: C(5,2) = 10, C(3,2) = 3, C(2,2) = 1; C(10,3) = 120, C(4,3) = 4
    "5, 2, pass@1, 0.4",
    "5, 2, pass@2, 0.7",
    "5, 2, pass@4, 1.0",
    "5, 0, pass@5, 0.0",
    "5, 1, pass@5, 1.0",
    "10, 6, pass@3, 0.966666666666666667",
    "5, 2, pass^1, 0.4",
    "5, 2, pass^2, 0.1",
    "5, 2, pass^3, 0.0",
    "5, 5, pass^5, 1.0",
    "10, 4, pass^3, 0.033333333333333333",
    // 1 - C(190,100)/C(200,100): the binomials have 59 digits
    "200, 10, pass@100, 0.99922897393728",
  })
  void passAtKAndPassAllK(int n, int passed, String reducer, double value) {
    List<EpochScore> epochs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      epochs.add(new EpochScore(i < passed ? 1 : 0, i < passed));
    }

    assertThat(Reducer.parse(reducer).reduce(epochs)).isCloseTo(value, within(1e-11));
  }

  @Test
  void passCountsPassesAndNotValues() {
    List<EpochScore> epochs = List.of(new EpochScore(0.9, false), new EpochScore(0.6, true));

    assertThat(Reducer.parse("pass@1").reduce(epochs)).isEqualTo(0.5);
    assertThat(Reducer.MEAN.reduce(epochs)).isEqualTo(0.75);
  }

  @Test
  void ofTheValues() {
    assertThat(Reducer.parse("mean").reduce(values(0, 0.5, 1))).isEqualTo(0.5);
    assertThat(Reducer.parse("median").reduce(values(1, 0, 0.25))).isEqualTo(0.25);
    assertThat(Reducer.parse("median").reduce(values(1, 0, 0.25, 0.75))).isEqualTo(0.5);
    assertThat(Reducer.parse("max").reduce(values(0.2, 0.7, 0.1))).isEqualTo(0.7);
    assertThat(Reducer.parse("mode").reduce(values(0.2, 0.7, 0.7))).isEqualTo(0.7);
    assertThat(Reducer.parse("mode").reduce(values(1, 0, 1, 0, 0.5))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median", "mode", "max", "pass@3", "pass^12"})
  void theLabelIsWhatIsParsed(String text) {
    assertThat(Reducer.parse(text).label()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pass@0", "pass@", "pass@-1", "pass", "MEAN", "", "pass@3x"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> Reducer.parse(text))
        .isInstanceOfSatisfying(
            EvalctlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE));
  }

  @Test
  void tooFewEpochsAreAnError() {
    Reducer reducer = Reducer.parse("pass@3");

    reducer.requireEpochs(3);
    assertThatThrownBy(() -> reducer.requireEpochs(2))
        .hasMessage("pass@3 needs at least 3 epochs, and there are 2");
    assertThatThrownBy(() -> reducer.reduce(values(1, 1))).isInstanceOf(EvalctlException.class);
  }

  private static List<EpochScore> values(double... values) {
    return DoubleStream.of(values).mapToObj(value -> new EpochScore(value, value == 1)).toList();
  }
}
