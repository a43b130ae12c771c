package io.evalctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only holds others. */
abstract class CommandGroup implements Runnable {
  private final String choice;
  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  /**
   * @param choice what to say when none of them is named
   */
  CommandGroup(String choice) {
    this.choice = choice;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), choice);
  }
}
