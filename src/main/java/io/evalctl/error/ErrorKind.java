package io.evalctl.error;

/** Who has to act on an error; each kind has one exit code. */
public enum ErrorKind {
  /** A defect in evalctl. */
  INTERNAL(1),
  /** The command line, a configuration file or an input file is wrong. */
  USAGE(2),
  /** It ran, but what was measured did not pass. */
  FAILED(3),
  /** Something outside evalctl is missing or refuses: a file, a port, a server, a provider. */
  ENVIRONMENT(4),
  /** A time, token or cost limit ended it. */
  LIMIT(5),
  /** Part of the work was not done; it can be resumed. */
  PARTIAL(6),
  /** Ended by SIGINT. */
  INTERRUPTED(130),
  /** Ended by SIGTERM. */
  TERMINATED(143);

  private final int exitCode;

  ErrorKind(int exitCode) {
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
