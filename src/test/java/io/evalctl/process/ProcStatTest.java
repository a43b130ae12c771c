package io.evalctl.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcStatTest {
  @Test
  void aCommandNameMayHoldSpacesAndParentheses() {
    String line =
        "4242 (odd) name (x) T 17 4242 4242 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 33 0 123456 1 2";

    assertThat(ProcStat.parse(line)).contains(new ProcStat('T', 17, 4242, 4242, 123456));
  }

  @Test
  void whatIsNoStatLineIsNothing() {
    assertThat(ProcStat.parse("")).isEmpty();
    assertThat(ProcStat.parse("1 (x) S 1")).isEmpty();
  }
}
