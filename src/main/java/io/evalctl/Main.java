package io.evalctl;

import io.evalctl.cli.CommandRunner;
import io.evalctl.console.Io;
import io.evalctl.console.StrayFailures;
import java.util.Arrays;

/** Program entry: the only place that ends the process or names its streams. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Io io = Io.ofProcess(System.in, System.out, System.err);
    boolean debug = Arrays.asList(args).contains("--debug");
    Thread.setDefaultUncaughtExceptionHandler(new StrayFailures(io, debug));
    System.exit(run(args, io));
  }

  /** The whole program, callable from a test. */
  static int run(String[] args, Io io) {
    return CommandRunner.run(args, io);
  }
}
