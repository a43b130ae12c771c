package io.evalctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evalctl.campaign.Outcome;
import io.evalctl.campaign.TrialFlag;
import io.evalctl.operator.database.TrackedTicket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
  @Test
  void everyMeasureOutcomeAndFlagIsExplainedOnce() {
    List<String> terms = Explanations.all().stream().map(Explanation::term).toList();
    assertThat(terms)
        .doesNotHaveDuplicates()
        .contains("down", "detect", "resolve", "recover", "lost", "collateral damage")
        .containsAll(Arrays.stream(Outcome.values()).map(Outcome::label).toList())
        .containsAll(Arrays.stream(TrialFlag.values()).map(TrialFlag::label).toList())
        .contains(TrackedTicket.CLOCK_SKEW, TrackedTicket.REOPENED);
    assertThat(Explanations.all()).allMatch(each -> each.text().length() > 10);
  }

  @Test
  void aTermIsFoundWhateverItsCase() {
    assertThat(Explanations.of(" False-Claim ")).isPresent();
    assertThat(Explanations.of("nonsense")).isEmpty();
  }
}
