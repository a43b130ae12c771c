package io.evalctl.campaign;

import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.results.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The part of a trial in which evalctl does nothing but watch, and lifts an environmental fault
 * when its time is up. Used once, by one thread.
 */
final class Response {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);

  private final TrialContext context;
  private final TrialSpec spec;
  private final TrialFindings findings;
  private final Recorder recorder;
  private final TrialOperator operator;
  private final JournalledFault fault;

  Response(
      TrialContext context,
      TrialSpec spec,
      TrialFindings findings,
      Recorder recorder,
      TrialOperator operator,
      JournalledFault fault) {
    this.context = context;
    this.spec = spec;
    this.findings = findings;
    this.recorder = recorder;
    this.operator = operator;
    this.fault = fault;
  }

  /** The longest {@link #await} can take. */
  Duration limit() {
    return spec.arm() == Arm.CONTROL ? context.plan().faultDuration() : spec.step().timeout();
  }

  /** Returns when nothing more can come, or at the deadline. */
  void await() {
    Deadline deadline = Deadline.in(limit(), context.time());
    Deadline lift = Deadline.in(min(context.plan().faultDuration(), limit()), context.time());
    Waiter.reached(
        "the response",
        deadline,
        LOOK_INTERVAL,
        () -> {
          if (environmental() && !findings.lifted() && lift.expired()) {
            lift();
          }
          return progress().over();
        });
    if (environmental() && !findings.lifted()) {
      lift();
    }
  }

  /** Goes on recording until a run of healthy samples of the settle time could be complete. */
  void settle() {
    OptionalLong until = progress().settlesAt(context.time().nanoTime());
    if (until.isPresent()) {
      Waiter.reached(
          "the settle time",
          Deadline.in(context.plan().settle().plusSeconds(5), context.time()),
          LOOK_INTERVAL,
          () -> progress().settled(until.getAsLong()));
    }
  }

  private ResponseProgress progress() {
    Optional<TrackedTicket> ticket = ticket();
    return new ResponseProgress(
        spec.arm(),
        environmental(),
        findings.lifted(),
        ticket.isPresent(),
        ticket.map(TrackedTicket::resolvedNanos).orElse(OptionalLong.empty()),
        findings.onset(),
        context.plan().settle(),
        recorder.history());
  }

  private Optional<TrackedTicket> ticket() {
    return operator == null ? Optional.empty() : operator.ticket();
  }

  private boolean environmental() {
    return fault != null && !fault.plan().type().mendable();
  }

  private void lift() {
    fault.undo();
    findings.lifted(findings.timeline().at(context.time().nanoTime()), fault.endedEarly());
    findings
        .timeline()
        .add(
            "lifted",
            Json.object()
                .put("type", fault.plan().type().label())
                .put("endedEarly", fault.endedEarly()));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
