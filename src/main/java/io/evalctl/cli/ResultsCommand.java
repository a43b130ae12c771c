package io.evalctl.cli;

import io.evalctl.console.ResultsPrinter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.report.CampaignExport;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.TrialTimeline;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.TrialRow;
import io.evalctl.session.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evalctl results}. */
@Command(name = "results", synopsisSubcommandLabel = "COMMAND")
final class ResultsCommand extends CommandGroup {
  private final CommandContext context;

  ResultsCommand(CommandContext context) {
    super("say list, show or export");
    this.context = context;
  }

  @Command(
      name = "list",
      description = "list the campaigns, newest first",
      sortOptions = false,
      abbreviateSynopsis = true)
  int list(@Mixin SharedOptions shared) {
    return withStore(shared, store -> printer(shared).list(store));
  }

  @Command(
      name = "show",
      description = "show a campaign, or with --trial what happened in one trial",
      sortOptions = false,
      abbreviateSynopsis = true)
  int show(
      @Parameters(paramLabel = "CAMPAIGN", description = "Its number.") long campaign,
      @Option(
              names = "--trial",
              paramLabel = "N",
              description = "Draw this trial's timeline, claims beside ground truth.")
          Integer trial,
      @Mixin SharedOptions shared) {
    return withStore(
        shared,
        store -> {
          CampaignRow row = store.campaigns().require(campaign);
          if (trial == null) {
            return printer(shared).campaign(CampaignReport.of(store, List.of(row)));
          }
          List<TrialRow> trials =
              store.trials().ofCampaign(campaign).stream()
                  .filter(candidate -> candidate.ordinal() == trial)
                  .toList();
          if (trials.isEmpty()) {
            throw EvalctlException.usage(
                "campaign " + campaign + " has no trial " + trial,
                "evalctl results show " + campaign + " shows what there is");
          }
          return printer(shared)
              .timelines(
                  trials.stream()
                      .map(found -> TrialTimeline.of(row, found, store.trials().events(found.id())))
                      .toList());
        });
  }

  @Command(
      name = "export",
      description = "write a campaign's trials, to stdout as JSON or CSV",
      sortOptions = false,
      abbreviateSynopsis = true)
  int export(
      @Parameters(paramLabel = "CAMPAIGN", description = "Its number.") long campaign,
      @Option(
              names = "--format",
              paramLabel = "json|csv",
              defaultValue = "json",
              description = "json (default) or csv.")
          String format,
      @Mixin SharedOptions shared) {
    return withStore(
        shared,
        store -> {
          CampaignReport report =
              CampaignReport.of(store, List.of(store.campaigns().require(campaign)));
          switch (format) {
            case "json" -> context.io().out().println(report.json());
            case "csv" -> context.io().out().print(CampaignExport.csv(report));
            default ->
                throw EvalctlException.usage(
                    "there is no format '" + format + "'", "formats: json, csv");
          }
          return 0;
        });
  }

  private ResultsPrinter printer(SharedOptions shared) {
    return new ResultsPrinter(context.io(), shared.outStyle(context), shared.json);
  }

  private int withStore(SharedOptions shared, ToIntFunction<ResultsStore> work) {
    Path file = shared.resultsStore(context);
    if (!Files.exists(file)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no results store " + file,
          "run a campaign first, or name the store with --db");
    }
    try (Session session = Session.withResults(file)) {
      return work.applyAsInt(session.results());
    }
  }
}
