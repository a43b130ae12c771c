package io.evalctl.cli;

import io.evalctl.error.EvalctlException;
import io.evalctl.operator.database.OperatorSchema;
import io.evalctl.operator.runbook.RunbookOperator;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code evalctl operator}. */
@Command(name = "operator", synopsisSubcommandLabel = "COMMAND")
final class OperatorCommand extends CommandGroup {
  private final CommandContext context;

  OperatorCommand(CommandContext context) {
    super("say init-db or runbook");
    this.context = context;
  }

  @Command(
      name = "init-db",
      description = "make an empty operator.db for an operator to write its tickets into",
      sortOptions = false,
      abbreviateSynopsis = true)
  int initDb(
      @Parameters(paramLabel = "FILE", description = "The file to make.") Path file,
      @Mixin SharedOptions shared) {
    Path resolved = context.io().directory().resolve(file);
    if (shared.dryRun) {
      context.io().out().println("would make " + resolved);
      return 0;
    }
    OperatorSchema.create(resolved);
    if (!shared.quiet) {
      context.io().err().println("made " + resolved);
    }
    return 0;
  }

  @Command(
      name = "runbook",
      description =
          "run the built-in rule-based operator on the subject in EVALCTL_RUN_SUBJECT_JSON",
      sortOptions = false,
      abbreviateSynopsis = true)
  int runbook(@Mixin SharedOptions shared) {
    if (shared.dryRun) {
      throw EvalctlException.usage("the runbook acts on what it sees, and cannot run dry", null);
    }
    return RunbookOperator.run(context.io().environment(), context.io().err(), context.time());
  }
}
