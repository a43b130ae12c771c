package io.evalctl.cli;

import io.evalctl.console.TemplatePrinter;
import io.evalctl.error.ErrorKind;
import io.evalctl.error.EvalctlException;
import io.evalctl.template.Leftover;
import io.evalctl.template.OrphanSweep;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code evalctl template}. */
@Command(name = "template", synopsisSubcommandLabel = "COMMAND")
final class TemplateCommand extends CommandGroup {
  private final CommandContext context;

  TemplateCommand(CommandContext context) {
    super("say list or clean");
    this.context = context;
  }

  @Command(
      name = "list",
      description = "list templates and clones, whose they are and whether they are in use",
      sortOptions = false,
      abbreviateSynopsis = true)
  int list(@Mixin TemplateSelection.Server server, @Mixin SharedOptions shared) {
    try (OrphanSweep sweep = server.sweep(context)) {
      printer(shared).list(sweep.facts(), sweep.list());
      return 0;
    }
  }

  @Command(
      name = "clean",
      description = "drop templates and clones that are ours and abandoned",
      sortOptions = false,
      abbreviateSynopsis = true)
  int clean(
      @Mixin TemplateSelection.Server server,
      @Mixin TemplateSelection.Choice choice,
      @Mixin SharedOptions shared) {
    choice.check();
    TemplatePrinter printer = printer(shared);
    try (OrphanSweep sweep = server.sweep(context)) {
      List<Leftover> all = sweep.list();
      List<Leftover> wanted = choice.among(all, context.time().now());
      if (!wanted.isEmpty()
          && !shared.dryRun
          && !choice.force
          && !agreed(sweep, wanted, printer, shared)) {
        context.io().err().println("nothing was dropped");
        return 0;
      }
      List<TemplatePrinter.Result> results =
          wanted.stream()
              .map(
                  found ->
                      new TemplatePrinter.Result(
                          found, shared.dryRun ? null : sweep.drop(found, choice.all).orElse(null)))
              .toList();
      printer.cleaned(
          sweep.facts(),
          results,
          all.stream().filter(found -> found.state() == Leftover.State.FOREIGN).count(),
          shared.dryRun);
      return results.stream().allMatch(result -> result.why() == null)
          ? 0
          : ErrorKind.ENVIRONMENT.exitCode();
    }
  }

  private boolean agreed(
      OrphanSweep sweep, List<Leftover> wanted, TemplatePrinter printer, SharedOptions shared) {
    printer.announce(sweep.facts(), wanted);
    if (shared.noInput || !printer.canAsk()) {
      throw EvalctlException.usage(
          "template clean drops nothing unasked, and there is nobody to ask",
          "say --force to drop " + wanted.size() + ", or --dry-run to see them");
    }
    return printer.confirmed(wanted.size());
  }

  private TemplatePrinter printer(SharedOptions shared) {
    return new TemplatePrinter(context.io(), shared.outStyle(context), shared.json);
  }
}
