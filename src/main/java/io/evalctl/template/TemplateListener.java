package io.evalctl.template;

import java.time.Duration;

/** Hears what happens to templates and clones. Called on any thread, never on two at a time. */
public interface TemplateListener {
  /** A listener that does not care. */
  TemplateListener NONE = new TemplateListener() {};

  /** The embedded server takes connections. */
  default void serverStarted(ServerFacts facts, Duration took) {}

  /** A template is not there yet and is being built. */
  default void building(String template) {}

  default void built(String template, Duration took) {}

  /** Another session, or an earlier one, has built the template. */
  default void reused(String template) {}

  /** A database of ours is still there; the session goes on. */
  default void dropFailed(String database, String why) {}

  /** Something the user should know that is no error. */
  default void note(String text) {}

  /** Something that is not as it should be; the session goes on. */
  default void warning(String text) {}
}
