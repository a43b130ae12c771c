package io.evalctl.subject.compose;

/**
 * A container as a list of the engine's shows it.
 *
 * @param service its service in the Compose file
 * @param status the engine's own words, such as "Exited (137) 3 seconds ago"
 */
record ContainerLook(String service, String id, String name, State state, String status) {
  /** What a container does. */
  enum State {
    RUNNING,
    PAUSED,
    /** It has ended, or was never started. */
    STOPPED
  }

  static State state(String word) {
    return switch (word == null ? "" : word) {
      case "running" -> State.RUNNING;
      case "paused" -> State.PAUSED;
      default -> State.STOPPED;
    };
  }

  /** Whether it has done what it was there for. */
  boolean succeeded() {
    return state == State.STOPPED && status.startsWith("Exited (0)");
  }
}
