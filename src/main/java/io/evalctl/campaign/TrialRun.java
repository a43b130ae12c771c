package io.evalctl.campaign;

import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.Deadline;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import io.evalctl.subject.LedgerCheck;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * One trial, from reset to row: the sequence itself. What it finds goes into its {@link
 * TrialFindings}; how it waits for the response is in {@link Response}. Used once, by one thread.
 */
final class TrialRun {
  private static final Duration SETUP_LIMIT = Duration.ofSeconds(30);
  private static final Duration READ_BACK_LIMIT = Duration.ofSeconds(10);

  private final TrialContext context;
  private final TrialSpec spec;
  private final Timeline timeline;
  private final TrialFindings findings;

  private Recorder recorder;
  private TrialOperator operator;
  private JournalledFault fault;

  TrialRun(TrialContext context, TrialSpec spec) {
    this.context = context;
    this.spec = spec;
    this.timeline = new Timeline(context.time());
    this.findings = new TrialFindings(spec, timeline);
  }

  FinishedTrial run() {
    try {
      try {
        setUp();
        // Not later: a fault may make probes slow, too.
        context.subject().warnings().forEach(context.listener()::warned);
        injectFault();
        respond();
        inspect();
      } finally {
        tearDown();
      }
    } catch (RuntimeException e) {
      findings.failed(failure(e));
    }
    TrialRow row = findings.row(context.plan().settle(), context.time().now());
    long id =
        context
            .store()
            .trials()
            .finish(row, timeline.events(), fault == null ? null : fault.journalId());
    return new FinishedTrial(
        context.store().trials().find(id).orElseThrow(), findings.failure().orElse(null));
  }

  /**
   * @throws EvalctlException INTERRUPTED when that is the reason: an interrupt also makes reading
   *     and writing fail
   */
  private static EvalctlException failure(RuntimeException e) {
    EvalctlException known =
        e instanceof EvalctlException own
            ? own
            : new EvalctlException(ErrorCode.INTERNAL_ERROR, "unexpected: " + e, null, e);
    if (known.code() == ErrorCode.INTERRUPTED) {
      throw known;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new EvalctlException(ErrorCode.INTERRUPTED, known.getMessage(), null, known);
    }
    return known;
  }

  private void setUp() {
    phase(Phase.RESET, SETUP_LIMIT, context.subject()::reset);
    Duration health = context.plan().healthTimeout();
    phase(Phase.HEALTHY, health, () -> context.subject().waitHealthy(deadline(health)));
    phase(
        Phase.RECORDER,
        SETUP_LIMIT,
        () -> {
          findings.initialState(context.subject().captureState());
          recorder = new Recorder(context.subject(), timeline);
          findings.history(recorder.history());
          recorder.start(deadline(SETUP_LIMIT));
        });
    if (spec.arm().hasOperator()) {
      Duration ready = context.plan().agentReady();
      phase(
          Phase.OPERATOR_START,
          ready.plus(context.plan().agentWarmup()),
          () -> {
            operator = TrialOperator.start(context, spec);
            operator.awaitReady(deadline(ready));
            operator.warmUp(context.plan().agentWarmup());
            operator.mark();
          });
    }
  }

  private void injectFault() {
    if (!spec.arm().hasFault()) {
      began(context.time().nanoTime());
      return;
    }
    var injector = context.subject().faults();
    FaultPlan plan = injector.plan(spec.step().request(), new SplittableRandom(spec.seed()));
    requireFewNodes(plan);
    findings.planned(plan);
    context.listener().targetChosen(String.join(", ", plan.targets()), plan.role());
    phase(
        Phase.FAULT,
        injector.witnessDeadline(plan.type()),
        () -> {
          fault =
              JournalledFault.intend(
                  injector,
                  plan,
                  context.store().journal(),
                  spec.campaignId(),
                  context.subject().name(),
                  context.runDirectory().toString(),
                  context.time());
          findings.injected(context.time().nanoTime());
          fault.inject();
          began(fault.witness());
        });
  }

  private void requireFewNodes(FaultPlan plan) {
    Integer most = context.plan().maxNodes();
    if (most != null && plan.targets().size() > most) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_PARAMETER,
          "%s would put %d nodes under fault at once (%s)"
              .formatted(plan.type(), plan.targets().size(), String.join(", ", plan.targets())),
          "allow it with --max-nodes " + plan.targets().size());
    }
  }

  private void began(long onset) {
    findings.onset(onset);
    if (operator != null) {
      operator.onset(onset);
    }
  }

  private void respond() {
    Response response = new Response(context, spec, findings, recorder, operator, fault);
    phase(Phase.RESPONSE, response.limit(), response::await);
    phase(Phase.SETTLE, context.plan().settle(), response::settle);
  }

  private void inspect() {
    phase(
        Phase.INSPECT,
        READ_BACK_LIMIT,
        () -> {
          findings.finalState(context.subject().captureState());
          LedgerCheck ledger = recorder.readBack(deadline(READ_BACK_LIMIT));
          findings.ledger(ledger);
          recorder.check();
          if (operator != null) {
            operator.catchUp();
            findings.operator(operator);
          }
        });
  }

  /** Each step is taken whatever became of the others; the first failure is thrown at the end. */
  private void tearDown() {
    if (recorder != null) {
      recorder.history().end();
    }
    Cleanup cleanup = new Cleanup();
    cleanup.add(
        () -> {
          if (fault != null) {
            phase(Phase.UNDO, SETUP_LIMIT, fault::undo);
            findings.undone(context.time().now());
            fault
                .undoNote()
                .ifPresent(note -> timeline.add("undo-note", Json.object().put("note", note)));
          }
        });
    cleanup.add(
        () ->
            phase(
                Phase.TEARDOWN,
                SETUP_LIMIT,
                () -> {
                  Cleanup ends = new Cleanup();
                  if (operator != null) {
                    ends.add(operator::close);
                  }
                  if (recorder != null) {
                    ends.add(recorder::close);
                  }
                  ends.run();
                }));
    cleanup.run();
  }

  private void phase(Phase phase, Duration limit, Runnable work) {
    context.listener().phaseStarted(phase, limit);
    timeline.phase(phase, work);
  }

  private Deadline deadline(Duration length) {
    return Deadline.in(length, context.time());
  }
}
