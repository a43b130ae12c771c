package io.evalctl.subject.compose.fault;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import io.evalctl.process.ProcessIdentity;
import io.evalctl.process.Signal;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a node down by its container, and brings it back with the restart policy it had. */
final class Comeback {
  private static final Logger LOG = LoggerFactory.getLogger(Comeback.class);
  private static final String NO_POLICY = "no";

  /** What the engine gives a container for its end, and some more. */
  private static final Duration STOP = Duration.ofSeconds(15);

  private static final Duration NOTICE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Containers containers;
  private final HostAccess host;
  private final TimeSource time;

  Comeback(Containers containers, HostAccess host, TimeSource time) {
    this.containers = containers;
    this.host = host;
    this.time = time;
  }

  Containers containers() {
    return containers;
  }

  HostAccess host() {
    return host;
  }

  /** Keeps the engine from starting it again. */
  void disablePolicy(ContainerState state) {
    if (!state.restartPolicy().equals(NO_POLICY)) {
      containers.restartPolicy(state, NO_POLICY);
    }
  }

  /**
   * Kills it: from the engine's machine, where the engine takes it for a crash, else through the
   * engine, which then does not start it again whatever its policy says.
   */
  void kill(ContainerState state) {
    if (host.reaches(state) && state.process().isPresent()) {
      state.process().get().signal(Signal.KILL);
    } else {
      containers.kill(state);
    }
  }

  /** Whether the process that was there when the fault was planned has ended. */
  boolean ended(Struck struck) {
    if (host.root() && struck.pidStart() != 0) {
      return !new ProcessIdentity(struck.pid(), struck.pidStart()).alive();
    }
    return containers.find(struck.id()).map(now -> !struck.untouched(now)).orElse(true);
  }

  /**
   * Waits for the end of a stop that is under way: the engine goes on with it even when whoever
   * asked for it is dead, and a node that still runs would be down a moment later.
   */
  void awaitStop(Struck struck) {
    Optional<ContainerState> now = containers.find(struck.id()).filter(struck::untouched);
    if (now.isPresent() && containers.signalled(now.get())) {
      Waiter.reached(
          "the stop of " + struck.name(),
          Deadline.in(STOP, time),
          LOOK,
          () -> containers.find(struck.id()).filter(struck::untouched).isEmpty());
    }
  }

  /**
   * Starts what stands for the node now, unless it runs. The engine takes a moment to notice a
   * process's end; until then it would neither start the container nor change its policy.
   */
  void startUnlessItRuns(Struck struck) {
    Waiter.until(
        "the engine to notice the end of " + struck.name(),
        Deadline.in(NOTICE, time),
        LOOK,
        () -> containers.find(struck.id()).filter(state -> unnoticed(struck, state)).isEmpty());
    containers.current(struck).filter(state -> !state.running()).ifPresent(containers::start);
  }

  /** Whether it is said to run although its process is no more. */
  private boolean unnoticed(Struck struck, ContainerState state) {
    return host.root() && struck.pidStart() != 0 && struck.untouched(state) && ended(struck);
  }

  /** As {@link #startUnlessItRuns}, but whether it can start is not the fault's matter. */
  void tryToStart(Struck struck) {
    try {
      startUnlessItRuns(struck);
    } catch (EvalctlException e) {
      LOG.info("{} does not start with what it was given meanwhile", struck.node(), e);
    }
  }

  /**
   * Gives it back its restart policy, unless somebody has given it another. The engine refuses that
   * while a container is on its way up or down.
   */
  void restorePolicy(Struck struck) {
    EvalctlException[] refused = new EvalctlException[1];
    boolean done =
        Waiter.reached(
            "the restart policy of " + struck.name(),
            Deadline.in(NOTICE, time),
            LOOK,
            () -> {
              try {
                containers
                    .find(struck.id())
                    .filter(state -> !policyRestored(struck))
                    .ifPresent(state -> containers.restartPolicy(state, struck.policy()));
                return true;
              } catch (EvalctlException e) {
                refused[0] = e;
                return false;
              }
            });
    if (!done) {
      throw refused[0];
    }
  }

  /** Whether what stands for the node runs, or was removed for good. */
  boolean back(Struck struck) {
    Optional<ContainerState> now = containers.current(struck);
    return now.isEmpty() || now.get().running() && !unnoticed(struck, now.get());
  }

  boolean policyRestored(Struck struck) {
    return containers
        .find(struck.id())
        .map(state -> struck.policy().equals(NO_POLICY) || !state.restartPolicy().equals(NO_POLICY))
        .orElse(true);
  }

  /** Whether the restart policy is another than before. */
  Optional<String> difference(Struck struck) {
    return containers
        .find(struck.id())
        .filter(state -> !state.restartPolicy().equals(struck.policy()))
        .map(
            state ->
                "restart policy of %s is %s and was %s"
                    .formatted(struck.node(), state.restartPolicy(), struck.policy()));
  }
}
