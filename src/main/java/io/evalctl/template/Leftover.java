package io.evalctl.template;

import java.time.Instant;

/**
 * Something that sessions have made: a database with a name like ours, or an embedded server's
 * directory.
 *
 * @param name the database, or the directory
 * @param kind what it is
 * @param run the session that it belongs to, or null
 * @param host where that ran, or null
 * @param created null when it is not known
 * @param key the template's key, or null
 * @param sizeBytes null when we may not ask
 * @param sessions how many are connected
 * @param why the state in words
 */
public record Leftover(
    String name,
    Kind kind,
    State state,
    String run,
    String host,
    Instant created,
    String key,
    Long sizeBytes,
    int sessions,
    String why) {
  /** What it is. */
  public enum Kind {
    TEMPLATE,
    CLONE,
    /** A template that is not finished. */
    BUILD,
    /** An embedded server with its data. */
    SERVER,
    /** Not ours, as far as can be told. */
    UNKNOWN
  }

  /** What may be done to it. */
  public enum State {
    /** A session lives that it belongs to or that uses it, or somebody is connected. */
    IN_USE,
    /** It was to be kept; nobody uses it now. */
    KEPT,
    /** Its session is dead. */
    ABANDONED,
    /** Nothing says that it is ours: it is never touched. */
    FOREIGN
  }

  /**
   * Whether it may be dropped.
   *
   * @param all whether templates may go that a session lives for
   */
  public boolean droppable(boolean all) {
    return switch (state) {
      case ABANDONED, KEPT -> true;
      case IN_USE -> all && kind == Kind.TEMPLATE && sessions == 0;
      case FOREIGN -> false;
    };
  }

  /** Whether it was made before then; what has no date is as old as can be. */
  public boolean olderThan(Instant then) {
    return created == null || created.isBefore(then);
  }
}
