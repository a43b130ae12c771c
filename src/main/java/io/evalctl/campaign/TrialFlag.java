package io.evalctl.campaign;

import io.evalctl.operator.database.TrackedTicket;
import java.util.Locale;

/** What is odd about a trial; in {@code trials.flags_json} by its label. */
public enum TrialFlag {
  /** As {@link TrackedTicket#CLOCK_SKEW}. */
  CLOCK_SKEW,
  /** As {@link TrackedTicket#REOPENED}. */
  REOPENED,
  /** The operator's process ended before the trial did. */
  AGENT_EXITED,
  /** "Resolved" was claimed, and it was not so. */
  FALSE_CLAIM,
  /** An environmental fault had ended before evalctl lifted it. */
  FAULT_ENDED_EARLY,
  /** Too long a time without a look at the subject, or without an answer of any node. */
  SAMPLING_GAP,
  /** The arms of one seed hit nodes in different roles. */
  PAIR_ROLE_DIFFERS,
  /** No node could be asked for the canary's writes. */
  DATA_UNCHECKED,
  /** It recovered, but not every node could be asked for the canary's writes. */
  DATA_PARTLY_CHECKED,
  /** The subject was sick between its first health and the fault, and was waited for again. */
  UNHEALTHY_BEFORE_FAULT,
  /** Control arm: the subject was sick although nothing was done to it. */
  UNHEALTHY_WITHOUT_FAULT;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
