package io.evalctl.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void oneIsNoPlural() {
    assertThat(Plural.of(1, "trial")).isEqualTo("1 trial");
    assertThat(Plural.of(2, "trial")).isEqualTo("2 trials");
    assertThat(Plural.of(0, "trial")).isEqualTo("0 trials");
  }

  @Test
  void whatWasDoneIsInThePastTense() {
    assertThat(PastTense.of("end the ensemble of run x")).isEqualTo("ended the ensemble of run x");
    assertThat(PastTense.of("undo fault 1")).isEqualTo("undid fault 1");
    assertThatThrownBy(() -> PastTense.of("frob it")).hasMessageContaining("frob it");
  }
}
