package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RateTest {
  @Test
  void wilsonIntervalOfNineInTen() {
    // By hand: p = 0.9, n = 10, z = 1.959964; (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    double z = 1.959963985;
    double centre = (0.9 + z * z / 20) / (1 + z * z / 10);
    double half = z * Math.sqrt(0.09 / 10 + z * z / 400) / (1 + z * z / 10);
    Rate rate = new Rate(9, 10);

    assertThat(rate.value()).isEqualTo(0.9);
    assertThat(rate.lower()).isCloseTo(centre - half, within(1e-6));
    assertThat(rate.upper()).isCloseTo(centre + half, within(1e-6));
  }

  @Test
  void allOfTenIsNotCertain() {
    assertThat(new Rate(10, 10).lower()).isCloseTo(0.7225, within(1e-4));
    assertThat(new Rate(10, 10).upper()).isEqualTo(1);
  }

  @Test
  void noTrialsHaveNoRate() {
    assertThat(new Rate(0, 0).known()).isFalse();
    assertThat(new Rate(0, 0).value()).isNaN();
  }
}
