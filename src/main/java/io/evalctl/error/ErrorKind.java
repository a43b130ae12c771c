package io.evalctl.error;

/** Who has to act on an error; each kind has one exit code. */
public enum ErrorKind {
  /** A defect in evalctl. */
  INTERNAL(1, "an error of evalctl itself"),
  /** The command line, a configuration file or an input file is wrong. */
  USAGE(2, "the command line, a configuration or an input file is wrong"),
  /** It ran, but what was measured did not pass. */
  FAILED(
      3,
      "it ran but did not pass: a threshold that is given (--fail-under, --max-ttr) decides alone;"
          + " without one, every sample of an eval has to pass, and a campaign passes when its trials"
          + " ran; or there were more errors than --fail-on-error allows, or a probe had no success"),
  /** Something outside evalctl is missing or refuses: a file, a port, a server, a provider. */
  ENVIRONMENT(
      4,
      "something outside is missing or refuses: a file, a program, Docker, PostgreSQL, a provider"),
  /** A time, token or cost limit ended it. */
  LIMIT(
      5,
      "the time, token or cost limit of the whole run ended it (eval --timeout); --resume goes on"),
  /** Part of the work was not done; it can be resumed. */
  PARTIAL(6, "part of it did not run, such as too many invalid trials; --resume goes on"),
  /** Ended by SIGINT. */
  INTERRUPTED(130, "ended by SIGINT (Ctrl-C)"),
  /** Ended by SIGTERM. */
  TERMINATED(143, "ended by SIGTERM");

  private final int exitCode;
  private final String meaning;

  ErrorKind(int exitCode, String meaning) {
    this.exitCode = exitCode;
    this.meaning = meaning;
  }

  public int exitCode() {
    return exitCode;
  }

  /** What the exit code says, for help. */
  public String meaning() {
    return meaning;
  }
}
