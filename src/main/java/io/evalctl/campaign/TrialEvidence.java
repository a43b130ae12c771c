package io.evalctl.campaign;

import java.time.Duration;
import java.util.List;

/**
 * All that an outcome is decided from. Times are monotonic nanoseconds; null means "never".
 *
 * @param onset when the fault was witnessed; in the control arm, when the window began
 * @param lifted whether evalctl undid an environmental fault when its time was up
 * @param endedEarly whether it had ended before that, by somebody else's doing
 * @param detected when the tracked ticket was opened
 * @param resolved when it was resolved
 * @param operatorLogs whether the operator logged anything at all
 * @param commands when each logged command was run
 * @param settle the length of an unbroken healthy run
 */
record TrialEvidence(
    Arm arm,
    long onset,
    boolean lifted,
    boolean endedEarly,
    Long detected,
    Long resolved,
    boolean operatorLogs,
    List<Long> commands,
    Duration settle,
    HealthHistory history) {
  TrialEvidence {
    commands = List.copyOf(commands);
  }
}
