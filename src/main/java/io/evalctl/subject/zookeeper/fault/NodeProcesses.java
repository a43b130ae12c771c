package io.evalctl.subject.zookeeper.fault;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import io.evalctl.subject.HealthSample;
import io.evalctl.subject.NodeHealth;
import io.evalctl.subject.zookeeper.EnsembleHome;
import io.evalctl.subject.zookeeper.NodeCommand;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What faults do with the processes of an ensemble. Not thread-safe. */
final class NodeProcesses {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcesses.class);
  private static final Duration END_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(2);

  private final EnsembleHome home;
  private final NodeCommand command;
  private final Supplier<HealthSample> health;
  private final TimeSource time;

  NodeProcesses(EnsembleHome home, Supplier<HealthSample> health, TimeSource time) {
    this.home = home;
    this.command = new NodeCommand(home);
    this.health = health;
    this.time = time;
  }

  /** The process to be struck. */
  NodeProcess of(String node) {
    ProcessIdentity process =
        home.node(node)
            .process()
            .orElseThrow(
                () ->
                    new EvalctlException(
                        ErrorCode.FAULT_NOT_INJECTED,
                        node + " does not run",
                        "only a node that runs can be hit"));
    return new NodeProcess(node, process);
  }

  void signal(NodeProcess target, Signal signal) {
    if (!target.process().signal(signal)) {
      throw new EvalctlException(
          ErrorCode.FAULT_NOT_INJECTED,
          "process %d of %s was gone before it could get SIG%s"
              .formatted(target.process().pid(), target.node(), signal),
          "did something else end it?");
    }
  }

  /** Ends it and waits until it has ended. */
  void kill(NodeProcess target) {
    signal(target, Signal.KILL);
    Waiter.until(
        "the end of " + target.node(),
        Deadline.in(END_LIMIT, time),
        LOOK_INTERVAL,
        () -> !target.process().alive());
  }

  /** Whether a process of the node is there, however it was started. */
  boolean runs(String node) {
    return home.node(node).process().isPresent()
        || health.get().nodes().get(node).status() != NodeHealth.Status.DOWN;
  }

  void startUnlessItRuns(String node) {
    if (!runs(node)) {
      command.start(node);
    }
  }

  /**
   * Whether it can start with what somebody else has made of its files is not the fault's matter.
   */
  void tryToStart(String node) {
    try {
      startUnlessItRuns(node);
    } catch (EvalctlException e) {
      LOG.info("{} does not start with the files it was given meanwhile", node, e);
    }
  }

  /** Also ends a process that is about to fail over what it has read before. */
  void restart(String node) {
    command.restart(node);
  }
}
