package io.evalctl.subject.zookeeper.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultPlan;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.process.Signal;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A signal to the process of a node: node-kill and leader-kill (SIGKILL), node-stop (SIGTERM),
 * process-pause (SIGSTOP). What ended is undone by starting the node, if nobody has; a pause by
 * SIGCONT, if that very process is still paused.
 */
final class ProcessFaults implements FaultFamily {
  private final NodeProcesses processes;
  private final Signal signal;

  ProcessFaults(NodeProcesses processes, Signal signal) {
    this.processes = processes;
    this.signal = signal;
  }

  @Override
  public FaultPlan plan(FaultRequest request, Target target, RandomGenerator random) {
    return new FaultPlan(
        request.type(), List.of(target.node()), target.role(), processes.of(target.node()).json());
  }

  @Override
  public void inject(FaultPlan plan) {
    processes.signal(NodeProcess.of(plan.metadata()), signal);
  }

  @Override
  public boolean visible(FaultPlan plan) {
    NodeProcess struck = NodeProcess.of(plan.metadata());
    return signal == Signal.STOP ? struck.process().stopped() : !struck.process().alive();
  }

  /** An orderly stop may take a while on a busy machine; the others are the kernel's doing. */
  @Override
  public Duration witnessDeadline() {
    return Duration.ofSeconds(10);
  }

  @Override
  public void undo(ChaosType type, JsonNode metadata) {
    NodeProcess struck = NodeProcess.of(metadata);
    if (signal != Signal.STOP) {
      processes.startUnlessItRuns(struck.node());
    } else if (struck.process().stopped()) {
      struck.process().signal(Signal.CONT);
    }
  }

  @Override
  public boolean gone(ChaosType type, JsonNode metadata) {
    NodeProcess struck = NodeProcess.of(metadata);
    return signal == Signal.STOP ? !struck.process().stopped() : processes.runs(struck.node());
  }
}
