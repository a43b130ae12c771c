package io.evalctl.report;

import io.evalctl.campaign.Outcome;
import io.evalctl.results.TrialRow;
import java.util.ArrayList;
import java.util.List;

/**
 * A trial with the number that the progress shows: from 1 over all arms. An invalid trial has the
 * number of the one that repeats it.
 */
public record NumberedTrial(int number, TrialRow trial) {

  /**
   * @param trials of one campaign, in the order in which they ran
   */
  public static List<NumberedTrial> of(List<TrialRow> trials) {
    List<NumberedTrial> numbered = new ArrayList<>();
    int number = 1;
    for (TrialRow trial : trials) {
      numbered.add(new NumberedTrial(number, trial));
      number += trial.outcome().equals(Outcome.INVALID.label()) ? 0 : 1;
    }
    return numbered;
  }
}
