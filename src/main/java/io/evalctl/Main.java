package io.evalctl;

import io.evalctl.cli.CommandRunner;
import io.evalctl.console.Io;

/** Program entry: the only place that ends the process or names its streams. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args, Io.ofProcess(System.in, System.out, System.err)));
  }

  /** The whole program, callable from a test. */
  static int run(String[] args, Io io) {
    return CommandRunner.run(args, io);
  }
}
