package io.evalctl.campaign;

import io.evalctl.chaos.FaultInjector;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import io.evalctl.results.TrialTable;
import io.evalctl.subject.LedgerCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One trial, from reset to row: the sequence itself. What it finds goes into its {@link
 * TrialFindings}; how it waits for the response is in {@link Response}. Used once, by one thread.
 */
final class TrialRun {
  private static final Duration SETUP_LIMIT = Duration.ofSeconds(30);
  private static final Duration READ_BACK_LIMIT = Duration.ofSeconds(10);

  /** As long as the subject must have been healthy just before a fault. */
  private static final Duration STEADY = Duration.ofMillis(500);

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

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
        injectFault();
        respond();
        inspect();
      } finally {
        tearDown();
      }
    } catch (RuntimeException e) {
      findings.failed(failure(e));
    }
    long id = store(findings.row(context.plan().settle(), now()));
    return new FinishedTrial(
        context.store().trials().find(id).orElseThrow(), findings.failure().orElse(null));
  }

  private long store(TrialRow row) {
    TrialTable trials = context.store().trials();
    Long journalId = fault == null ? null : fault.journalId();
    Optional<TrialPair> pair =
        TrialPair.of(row, trials.ofCampaign(spec.campaignId())).map(TrialPair::compared);
    if (pair.isEmpty()) {
      return trials.finish(row, timeline.events(), journalId);
    }
    boolean agent = spec.arm() == Arm.AGENT;
    return trials.finish(
        agent ? pair.get().agent() : pair.get().baseline(),
        timeline.events(),
        journalId,
        agent ? pair.get().baseline() : pair.get().agent());
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
          recorder = new Recorder(context.subject(), timeline, context.time());
          findings.history(recorder.history());
          recorder.start(deadline(SETUP_LIMIT));
        });
    if (spec.arm().hasOperator()) {
      Duration ready = context.plan().agentReady();
      phase(
          Phase.OPERATOR_START,
          ready.plus(context.plan().agentWarmup()),
          () -> {
            operator = TrialOperator.start(context);
            findings.operatorStarted(operator.directory());
            operator.awaitReady(deadline(ready));
            operator.warmUp(context.plan().agentWarmup());
          });
    } else {
      Duration wait = EvenWait.before(spec, context.plan(), context.store());
      phase(
          Phase.EVEN_WAIT,
          wait,
          () -> Waiter.pause("the trial to be as long", wait, context.time()));
    }
  }

  /**
   * Sees to it that the subject is healthy at this very moment: it was so before the operator was
   * started, but that may be a while ago.
   *
   * @throws EvalctlException SUBJECT_UNHEALTHY with what is wrong
   */
  private void awaitHealthAgain(Deadline patience) {
    HealthHistory history = recorder.history();
    BooleanSupplier steady = () -> history.steady(context.time().nanoTime(), STEADY);
    if (steady.getAsBoolean()) {
      return;
    }
    phase(
        Phase.HEALTHY,
        patience.remaining(),
        () -> {
          if (!Waiter.reached("a healthy subject", patience, LOOK_INTERVAL, steady)) {
            throw new EvalctlException(
                ErrorCode.SUBJECT_UNHEALTHY,
                "%s was healthy at first, but not when the fault was to be made, nor for %.1fs"
                        .formatted(context.subject().name(), STEADY.toMillis() / 1e3)
                    + " within another %.1fs: %s"
                        .formatted(patience.length().toMillis() / 1e3, history.complaint()),
                "probes that take longer than their interval look like this: give them a longer"
                    + " interval or timeout; --health-timeout waits longer");
          }
        });
  }

  private void injectFault() {
    Deadline patience = deadline(context.plan().healthTimeout());
    awaitHealthAgain(patience);
    if (!spec.arm().hasFault()) {
      operator.mark();
      began(context.time().nanoTime());
      return;
    }
    var injector = context.subject().faults();
    FaultPlan plan = planned(injector, patience);
    requireFewNodes(plan);
    recorder.ask(() -> injector.stopped(plan));
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

  /** Decides the fault, and remembers what the operator has told before it. */
  private FaultPlan planned(FaultInjector injector, Deadline patience) {
    FaultPlan plan = injector.plan(spec.step().request(), new SplittableRandom(spec.seed()));
    if (operator != null) {
      operator.mark();
    }
    if (recorder.history().soundNow()) {
      return plan;
    }
    // That took a while, too.
    awaitHealthAgain(patience);
    return planned(injector, patience);
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
      operator.onset(findings.injected().orElse(onset), onset);
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
      recorder.history().end(context.time().nanoTime());
    }
    Cleanup cleanup = new Cleanup();
    cleanup.add(
        () -> {
          if (fault != null) {
            phase(Phase.UNDO, SETUP_LIMIT, fault::undo);
            findings.undone(now());
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

  /** The wall-clock time, whatever becomes of the wall clock while the trial runs. */
  private Instant now() {
    return timeline.at(context.time().nanoTime());
  }

  private Deadline deadline(Duration length) {
    return Deadline.in(length, context.time());
  }
}
