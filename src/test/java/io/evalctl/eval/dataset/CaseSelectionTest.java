package io.evalctl.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.EvalctlException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaseSelectionTest {
  private static final List<EvalCase> CASES =
      Datasets.yaml(
              """
              cases:
                - {name: energy_drop, input: q, expected: 1}
                - {name: energy_rise, input: q, expected: 1}
                - {name: water/drop, input: q, expected: 1}
                - {name: "a.b", input: q, expected: 1}
              """)
          .cases();

  @Test
  void withoutAnythingAllAreRun() {
    assertThat(names(List.of(), null)).hasSize(4);
  }

  @Test
  void globs() {
    assertThat(names(List.of("energy_*"), null)).containsExactly("energy_drop", "energy_rise");
    assertThat(names(List.of("*drop"), null)).containsExactly("energy_drop", "water/drop");
    assertThat(names(List.of("a?b"), null)).containsExactly("a.b");
    assertThat(names(List.of("a.b", "energy_drop"), null)).containsExactly("energy_drop", "a.b");
    assertThatThrownBy(() -> names(List.of("a[.]b"), null)).isInstanceOf(EvalctlException.class);
  }

  @Test
  void limitsCountTheChosen() {
    assertThat(names(List.of(), "2")).containsExactly("energy_drop", "energy_rise");
    assertThat(names(List.of(), "2-3")).containsExactly("energy_rise", "water/drop");
    assertThat(names(List.of(), "3-99")).containsExactly("water/drop", "a.b");
    assertThat(names(List.of("*drop"), "2-2")).containsExactly("water/drop");
  }

  @Test
  void nothingChosenIsAnError() {
    assertThatThrownBy(() -> names(List.of("energy_dorp"), null))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e).hasMessage("no case is called 'energy_dorp'");
              assertThat(e.hint()).isEqualTo("did you mean 'energy_drop'?");
            });
    assertThatThrownBy(() -> names(List.of("a.b", "none"), null)).hasMessageContaining("'none'");
    assertThatThrownBy(() -> names(List.of("a.b"), "2-3"))
        .hasMessage("--limit begins at case 2, and there are 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0-3", "3-2", "-1", "a", "", "1-", "9999999999"})
  void limitsThatAreNone(String limit) {
    assertThatThrownBy(() -> CaseSelection.of(List.of(), limit))
        .hasMessage("--limit cannot be '" + limit + "'");
  }

  private static List<String> names(List<String> globs, String limit) {
    return CaseSelection.of(globs, limit).select(CASES).stream().map(EvalCase::name).toList();
  }
}
