package io.evalctl.subject.compose.fault;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.RestartPolicy;
import io.evalctl.docker.DockerCall;
import io.evalctl.docker.DockerEngine;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The containers of an engine, as far as faults need them. Thread-safe. */
final class Containers {
  private static final int STOP_SECONDS = 10;
  private static final int EVENT_SECONDS = 5;
  private static final String SIGNAL = "kill";
  private static final String END = "die";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DockerEngine engine;

  Containers(DockerEngine engine) {
    this.engine = engine;
  }

  DockerEngine engine() {
    return engine;
  }

  /** By name or id; empty when there is none. */
  Optional<ContainerState> find(String container) {
    return DockerCall.run(
        "looking at container " + container,
        () -> {
          try {
            return Optional.of(
                ContainerState.of(engine.client().inspectContainerCmd(container).exec()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * The running container of a node.
   *
   * @throws EvalctlException FAULT_NOT_INJECTED when there is none, it belongs to somebody else or
   *     does not run
   */
  ContainerState require(String node, FaultScope scope) {
    String name = scope.container(node);
    ContainerState state =
        find(name)
            .orElseThrow(
                () -> refused("there is no container %s of node %s".formatted(name, node)));
    if (!state.project().equals(scope.project())) {
      throw refused(
          "container %s of node %s belongs to project '%s', not to '%s'"
              .formatted(name, node, state.project(), scope.project()));
    }
    if (!state.running() || state.paused()) {
      throw refused(
          "container %s of node %s %s"
              .formatted(name, node, state.paused() ? "is paused" : "does not run"));
    }
    return state;
  }

  private static EvalctlException refused(String why) {
    return new EvalctlException(
        ErrorCode.FAULT_NOT_INJECTED, why, "only a node that runs can be hit");
  }

  /**
   * The container of a fault that is about to be made: the very one that it was planned for.
   *
   * @throws EvalctlException FAULT_NOT_INJECTED when it has been stopped or started anew since
   */
  ContainerState unchanged(Struck struck) {
    return find(struck.id())
        .filter(struck::untouched)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.FAULT_NOT_INJECTED,
                    "container %s of %s has changed since the fault was planned"
                        .formatted(struck.name(), struck.node()),
                    "did something else stop or replace it?"));
  }

  /** The container that stands for a node now: the same, or one that was made in its place. */
  Optional<ContainerState> current(Struck struck) {
    return find(struck.id())
        .or(() -> find(struck.name()).filter(state -> state.project().equals(struck.project())));
  }

  /**
   * Whether the engine has lately sent it a signal since it was started, by a stop, a kill or a
   * restart. The engine remembers no more than its last few hundred events, and none from before
   * its own start.
   */
  boolean signalled(ContainerState state) {
    return events(state).contains(SIGNAL);
  }

  /** Whether the engine has seen its last end, and has sent it no signal. */
  boolean diedUnsignalled(ContainerState state) {
    Set<String> events = events(state);
    return events.contains(END) && !events.contains(SIGNAL);
  }

  private Set<String> events(ContainerState state) {
    return DockerCall.run(
        "asking what happened to container " + state.name(),
        () -> {
          Set<String> found = ConcurrentHashMap.newKeySet();
          try (var events =
              engine
                  .client()
                  .eventsCmd()
                  .withSince(moment(Instant.parse(state.startedAt())))
                  .withUntil(moment(Instant.now()))
                  .withContainerFilter(state.id())
                  .withEventFilter(SIGNAL, END)
                  .exec(
                      new ResultCallback.Adapter<Event>() {
                        @Override
                        public void onNext(Event event) {
                          found.add(event.getAction());
                        }
                      })) {
            events.awaitCompletion(EVENT_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw EvalctlException.interrupted("asking what happened to " + state.name());
          }
          return found;
        });
  }

  private static String moment(Instant time) {
    return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
  }

  void start(ContainerState state) {
    change("starting", state, () -> engine.client().startContainerCmd(state.id()).exec());
  }

  void stop(ContainerState state) {
    change(
        "stopping",
        state,
        () -> engine.client().stopContainerCmd(state.id()).withTimeout(STOP_SECONDS).exec());
  }

  void kill(ContainerState state) {
    change(
        "killing",
        state,
        () -> engine.client().killContainerCmd(state.id()).withSignal("KILL").exec());
  }

  /** What runs may only just have begun, with what is no longer so. */
  void restart(ContainerState state) {
    change(
        "restarting",
        state,
        () -> engine.client().restartContainerCmd(state.id()).withTimeout(0).exec());
  }

  void pause(ContainerState state) {
    change("pausing", state, () -> engine.client().pauseContainerCmd(state.id()).exec());
  }

  void unpause(ContainerState state) {
    change("unpausing", state, () -> engine.client().unpauseContainerCmd(state.id()).exec());
  }

  /**
   * @param policy as {@link ContainerState#restartPolicy} tells it
   */
  void restartPolicy(ContainerState state, String policy) {
    String[] parts = policy.split(":");
    // The library's own "no" has an empty name, which the engine takes for "as it is".
    RestartPolicy wanted =
        JSON.convertValue(
            Map.of(
                "Name",
                parts[0],
                "MaximumRetryCount",
                parts.length > 1 ? Integer.parseInt(parts[1]) : 0),
            RestartPolicy.class);
    update(state, command -> command.withRestartPolicy(wanted));
  }

  void update(ContainerState state, UnaryOperator<UpdateContainerCmd> settings) {
    change(
        "updating",
        state,
        () -> settings.apply(engine.client().updateContainerCmd(state.id())).exec());
  }

  private static void change(String what, ContainerState state, Runnable call) {
    DockerCall.run(
        what + " container " + state.name(),
        () -> {
          try {
            call.run();
          } catch (NotModifiedException e) {
            // it is so already
          }
          return true;
        });
  }
}
