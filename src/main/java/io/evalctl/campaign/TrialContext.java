package io.evalctl.campaign;

import io.evalctl.clock.TimeSource;
import io.evalctl.results.ResultsStore;
import io.evalctl.subject.EvalSubject;
import java.nio.file.Path;

/** What the trials of a run have in common. */
record TrialContext(
    CampaignPlan plan,
    OpenedSubject opened,
    ResultsStore store,
    CampaignListener listener,
    TimeSource time) {
  EvalSubject subject() {
    return opened.subject();
  }

  Path runDirectory() {
    return opened.runDirectory();
  }
}
