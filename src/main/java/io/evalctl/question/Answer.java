package io.evalctl.question;

/** What came of an {@link Ask}. Immutable. */
public sealed interface Answer {

  /** In a few words. */
  String summary();

  /**
   * There was one.
   *
   * @param ok whether it says so itself: an HTTP status of 2xx, an exit code of 0
   * @param status the HTTP status or the exit code
   * @param body what came with it, as UTF-8
   */
  record Given(boolean ok, int status, String body, String summary) implements Answer {
    public static Given http(int status, String body) {
      return new Given(status >= 200 && status < 300, status, body, "HTTP " + status);
    }

    public static Given exit(int code, String output) {
      return new Given(code == 0, code, output, "exit code " + code);
    }

    /**
     * @param reply empty when only the connection was asked for
     */
    public static Given connection(String reply) {
      return new Given(true, 0, reply, reply.isEmpty() ? "connected" : "a reply");
    }
  }

  /** Nobody is there: it cannot have had any effect. */
  record Refused(String summary) implements Answer {}

  /** No answer in time, or the connection broke: it may have had an effect or not. */
  record Missing(String summary) implements Answer {}
}
