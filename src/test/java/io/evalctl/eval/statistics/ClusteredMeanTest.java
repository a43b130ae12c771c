package io.evalctl.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClusteredMeanTest {

  /** Mean 0.5; sums of deviations 1, -1 and 0; 3/2 * (1 + 1 + 0) / 36 = 1/12. */
  @Test
  void asByHand() {
    ClusteredMean mean =
        ClusteredMean.of(List.of(List.of(1.0, 1.0), List.of(0.0, 0.0), List.of(1.0, 0.0)));

    assertThat(mean.samples()).isEqualTo(6);
    assertThat(mean.cases()).isEqualTo(3);
    assertThat(mean.mean()).isEqualTo(0.5);
    assertThat(mean.standardError().orElseThrow()).isCloseTo(Math.sqrt(1.0 / 12), within(1e-15));
  }

  /** Mean 0.6; sums of deviations 0.8, 0.4 - 1.2 = -0.8; 2 * (0.64 + 0.64) / 25 = 0.1024. */
  @Test
  void clustersMayDifferInSize() {
    ClusteredMean mean = ClusteredMean.of(List.of(List.of(1.0, 1.0), List.of(1.0, 0.0, 0.0)));

    assertThat(mean.mean()).isCloseTo(0.6, within(1e-15));
    assertThat(mean.standardError().orElseThrow()).isCloseTo(0.32, within(1e-15));
  }

  /** The plain error: the sample variance of 1, 0, 0, 1 is 1/3, and 1/3 / 4 = 1/12. */
  @Test
  void withOneSampleACaseItIsThePlainStandardError() {
    ClusteredMean mean =
        ClusteredMean.of(List.of(List.of(1.0), List.of(0.0), List.of(0.0), List.of(1.0)));

    assertThat(mean.standardError().orElseThrow()).isCloseTo(Math.sqrt(1.0 / 12), within(1e-15));
  }

  @Test
  void repeatingEveryCaseAddsNoEvidence() {
    double once =
        ClusteredMean.of(List.of(List.of(1.0), List.of(0.0))).standardError().orElseThrow();

    assertThat(
            ClusteredMean.of(List.of(List.of(1.0, 1.0, 1.0), List.of(0.0, 0.0, 0.0)))
                .standardError()
                .orElseThrow())
        .isCloseTo(once, within(1e-15));
  }

  @Test
  void oneCaseTellsNothingOfTheError() {
    assertThat(ClusteredMean.of(List.of(List.of(1.0, 0.0))).standardError()).isEmpty();
    assertThat(ClusteredMean.of(List.of(List.of(), List.of(1.0))).standardError()).isEmpty();
    assertThat(ClusteredMean.of(List.of()).mean()).isNaN();
  }
}
