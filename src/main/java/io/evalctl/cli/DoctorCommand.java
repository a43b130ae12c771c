package io.evalctl.cli;

import io.evalctl.console.DoctorPrinter;
import io.evalctl.session.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code evalctl doctor}. */
@Command(name = "doctor", sortOptions = false, abbreviateSynopsis = true)
final class DoctorCommand implements Callable<Integer> {
  private final CommandContext context;
  @Mixin SharedOptions shared;

  DoctorCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Diagnosis.Finding> findings =
        new ArrayList<>(
            Diagnosis.of(
                context.io().environment(), context.paths(), shared.resultsStore(context)));
    CommandRunner.optionsByCommand(context)
        .forEach(
            (command, options) ->
                options.forEach(
                    option ->
                        context
                            .settings()
                            .find(command, option)
                            .ifPresent(
                                value ->
                                    findings.add(
                                        Diagnosis.setting(command, option, value.source())))));
    return new DoctorPrinter(context.io(), shared.outStyle(context), shared.json).print(findings);
  }
}
