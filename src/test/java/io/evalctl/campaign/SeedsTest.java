package io.evalctl.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void aTrialsSeedDependsOnTheCampaignsSeedAndItsOrdinalAlone() {
    assertThat(Seeds.ofTrial(7, 3)).isEqualTo(Seeds.ofTrial(7, 3));
    assertThat(Seeds.ofTrial(7, 3)).isNotEqualTo(Seeds.ofTrial(8, 3));
    assertThat(IntStream.rangeClosed(1, 1000).mapToLong(i -> Seeds.ofTrial(7, i)).distinct())
        .hasSize(1000);
  }
}
