package io.evalctl.chaos;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.ChaosJournalTable;
import java.time.Duration;
import java.util.Optional;

/**
 * One fault from its intent to its witnessed end. Each step is in the journal before it is taken,
 * so that whatever happens to this process, the fault is found and undone. Not thread-safe.
 */
public final class JournalledFault {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(5);

  private final FaultInjector injector;
  private final FaultPlan plan;
  private final ChaosJournalTable journal;
  private final TimeSource time;
  private final long journalId;
  private boolean undone;
  private Optional<String> undoNote = Optional.empty();

  private JournalledFault(
      FaultInjector injector,
      FaultPlan plan,
      ChaosJournalTable journal,
      TimeSource time,
      long journalId) {
    this.injector = injector;
    this.plan = plan;
    this.journal = journal;
    this.time = time;
    this.journalId = journalId;
  }

  /** Commits the intent. Nothing is changed yet. */
  public static JournalledFault intend(
      FaultInjector injector,
      FaultPlan plan,
      ChaosJournalTable journal,
      long campaignId,
      String subject,
      String subjectHome,
      TimeSource time) {
    long id =
        journal.intend(
            campaignId,
            subject,
            subjectHome,
            plan.type().label(),
            plan.metadata().toString(),
            time.now());
    return new JournalledFault(injector, plan, journal, time, id);
  }

  public FaultPlan plan() {
    return plan;
  }

  public long journalId() {
    return journalId;
  }

  /** Makes the fault and notes that it is in. */
  public void inject() {
    injector.inject(plan);
    journal.injected(journalId, plan.metadata().toString(), time.now());
  }

  /**
   * Waits until the witness sees the fault.
   *
   * @return the monotonic time at which the first look that saw it began
   * @throws EvalctlException FAULT_NOT_WITNESSED
   */
  public long witness() {
    long[] began = {0};
    boolean seen =
        Waiter.reached(
            "the witness of " + plan.type(),
            Deadline.in(injector.witnessDeadline(plan.type()), time),
            LOOK_INTERVAL,
            () -> {
              began[0] = time.nanoTime();
              return injector.visible(plan);
            });
    if (!seen) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_WITNESSED,
          "%s on %s was injected, but not seen within %.1fs"
              .formatted(
                  plan.type(),
                  String.join(", ", plan.targets()),
                  injector.witnessDeadline(plan.type()).toNanos() / 1e9),
          null);
    }
    return began[0];
  }

  /**
   * Undoes the fault and waits until the witness sees that nothing of it is left. Does nothing when
   * that was seen before.
   *
   * @throws EvalctlException FAULT_NOT_UNDONE; the journal then says undo-failed
   */
  public void undo() {
    if (undone) {
      return;
    }
    try {
      injector.undo(plan.type(), plan.metadata());
      Waiter.until(
          "the end of " + plan.type() + " on " + String.join(", ", plan.targets()),
          Deadline.in(injector.witnessDeadline(plan.type()), time),
          LOOK_INTERVAL,
          () -> injector.gone(plan.type(), plan.metadata()));
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      journal.undoFailed(journalId, e.getMessage());
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_UNDONE,
          "%s on %s could not be undone: %s"
              .formatted(plan.type(), String.join(", ", plan.targets()), e.getMessage()),
          "run evalctl heal",
          e);
    }
    undoNote = injector.undoNote(plan.type(), plan.metadata());
    journal.undone(journalId, time.now(), undoNote.orElse(null));
    undone = true;
  }

  /** What is to be known of the undo; empty before it, and when there is nothing to tell. */
  public Optional<String> undoNote() {
    return undoNote;
  }

  /** Whether it had ended before it was undone, by somebody else's doing. */
  public boolean endedEarly() {
    return undone && injector.endedEarly(plan.metadata());
  }
}
