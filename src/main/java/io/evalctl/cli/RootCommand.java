package io.evalctl.cli;

import io.evalctl.report.ExitRule;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The command without a subcommand. Its model is made by hand, since every start needs it, and
 * reading it from annotations would be a quarter of one.
 */
final class RootCommand implements Callable<Integer> {
  private CommandSpec spec;

  private RootCommand() {}

  static CommandSpec spec() {
    RootCommand root = new RootCommand();
    root.spec =
        CommandSpec.wrapWithoutInspection(root)
            .name("evalctl")
            .versionProvider(new VersionText())
            .addOption(
                OptionSpec.builder("-h", "--help")
                    .type(boolean.class)
                    .usageHelp(true)
                    .description("Show this help and exit.")
                    .build())
            .addOption(
                OptionSpec.builder("-V", "--version")
                    .type(boolean.class)
                    .versionHelp(true)
                    .description("Show version, commit and JDK, and exit.")
                    .build());
    root.spec
        .usageMessage()
        .synopsisSubcommandLabel("COMMAND")
        .description("Measures how well AI operators, agents and models do real work.")
        .exitCodeListHeading("Exit codes:%n")
        .exitCodeList(ExitRule.table());
    return root.spec;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
