package io.evalctl.campaign;

import io.evalctl.chaos.JournalledFault;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.operator.database.TrackedTicket;
import io.evalctl.results.Json;
import java.time.Duration;
import java.util.Optional;

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
          return over();
        });
    if (environmental() && !findings.lifted()) {
      lift();
    }
  }

  /** Goes on recording until a run of healthy samples of the settle time could be complete. */
  void settle() {
    if (spec.arm() == Arm.CONTROL) {
      return;
    }
    long from = context.time().nanoTime();
    Optional<TrackedTicket> ticket = ticket();
    if (ticket.isPresent() && ticket.get().resolvedNanos().isPresent()) {
      from = Math.max(from, ticket.get().resolvedNanos().getAsLong());
    } else if (recovered()) {
      return;
    }
    // A claim may come a little before its effect; the healthy run then begins after the claim.
    long until = from + context.plan().settle().plus(Judge.CLAIM_GRACE).toNanos();
    Waiter.reached(
        "the settle time",
        Deadline.in(context.plan().settle().plusSeconds(5), context.time()),
        LOOK_INTERVAL,
        () -> recorder.history().lastSampleNanos() > until && !stillMending());
  }

  private boolean over() {
    if (spec.arm() == Arm.CONTROL) {
      return false;
    }
    if (environmental() && !findings.lifted()) {
      return false;
    }
    Optional<TrackedTicket> ticket = ticket();
    if (ticket.isPresent()) {
      return ticket.get().resolvedNanos().isPresent() && !stillMending();
    }
    return (spec.arm() == Arm.BASELINE || environmental()) && recovered();
  }

  /**
   * Whether the subject is yet to come back from a lifted fault. A ticket can be resolved before
   * the lift; what the lift leads to must be seen nevertheless.
   */
  private boolean stillMending() {
    return environmental() && recorder.history().impairedSince(findings.onset()) && !recovered();
  }

  private boolean recovered() {
    return recorder.history().recoveredAt(findings.onset(), context.plan().settle()).isPresent();
  }

  private Optional<TrackedTicket> ticket() {
    return operator == null ? Optional.empty() : operator.ticket();
  }

  private boolean environmental() {
    return fault != null && !fault.plan().type().mendable();
  }

  private void lift() {
    fault.undo();
    findings.lifted(context.time().now());
    findings.timeline().add("lifted", Json.object().put("type", fault.plan().type().label()));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
