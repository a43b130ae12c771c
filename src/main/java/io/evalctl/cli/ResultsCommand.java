package io.evalctl.cli;

import io.evalctl.console.EvalResultsPrinter;
import io.evalctl.console.ResultsPrinter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.report.CampaignExport;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.EvalExport;
import io.evalctl.report.EvalReport;
import io.evalctl.report.NumberedTrial;
import io.evalctl.report.TrialTimeline;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.ResultsStore;
import io.evalctl.results.RunReference;
import io.evalctl.results.TrialRow;
import io.evalctl.session.Session;
import io.evalctl.text.Plural;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
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
    super("say list, show, export or rescore");
    this.context = context;
  }

  @Command(
      name = "list",
      description = "list campaigns and eval runs, newest first",
      sortOptions = false,
      abbreviateSynopsis = true)
  int list(@Mixin SharedOptions shared) {
    return withStore(shared, store -> printer(shared).list(store));
  }

  @Command(
      name = "show",
      description =
          "show a campaign or an eval run; with --trial or --case what happened in one trial or"
              + " case",
      sortOptions = false,
      abbreviateSynopsis = true)
  int show(
      @Parameters(arity = "0..1", paramLabel = "RUN", description = "campaign:7 (or 7), or eval:7.")
          String run,
      @Option(
              names = "--trial",
              paramLabel = "N",
              description =
                  "Draw the timeline of the trial with this number, claims beside ground truth.")
          Integer trial,
      @Option(
              names = "--case",
              paramLabel = "NAME",
              description = "Show this case's samples whole: output, scores, reasons.")
          String caseName,
      @Option(
              names = "--explain",
              description =
                  "Say what each word means that is shown of a campaign; without RUN, all of them.")
          boolean explain,
      @Mixin SharedOptions shared) {
    if (run == null && explain) {
      return printer(shared).explain();
    }
    refuse(run == null, "RUN is missing", "evalctl results list shows what there is");
    RunReference reference = RunReference.parse(run);
    refuse(
        explain && (reference.eval() || trial != null),
        "--explain goes with a campaign as a whole",
        "evalctl results show --explain says what every word means");
    return withStore(
        shared,
        store ->
            reference.eval()
                ? showEval(store, reference.id(), trial, caseName, shared)
                : showCampaign(store, reference.id(), trial, caseName, explain, shared));
  }

  private int showCampaign(
      ResultsStore store,
      long id,
      Integer trial,
      String caseName,
      boolean explain,
      SharedOptions shared) {
    refuse(caseName != null, "a campaign has trials, not cases", "use --trial N");
    CampaignRow row = store.campaigns().require(id);
    if (trial == null) {
      return printer(shared).campaign(CampaignReport.of(store, List.of(row)), explain);
    }
    List<TrialRow> trials =
        NumberedTrial.of(store.trials().ofCampaign(id)).stream()
            .filter(numbered -> numbered.number() == trial)
            .map(NumberedTrial::trial)
            .toList();
    refuse(
        trials.isEmpty(),
        row.reference() + " has no trial " + trial,
        "evalctl results show " + row.reference() + " shows what there is");
    return printer(shared)
        .timelines(
            trial,
            trials.stream()
                .map(found -> TrialTimeline.of(row, found, store.trials().events(found.id())))
                .toList());
  }

  private int showEval(
      ResultsStore store, long id, Integer trial, String caseName, SharedOptions shared) {
    refuse(trial != null, "an eval run has cases, not trials", "use --case NAME");
    EvalReport report = EvalReport.of(store, List.of(store.evalRuns().require(id)));
    if (caseName == null) {
      return evalPrinter(shared).run(report);
    }
    EvalReport one = report.withCase(caseName);
    refuse(
        one.entries().get(0).samples().isEmpty(),
        RunReference.eval(id) + " has no sample of case '" + caseName + "'",
        "evalctl results show " + RunReference.eval(id) + " shows what there is");
    return evalPrinter(shared).samples(one);
  }

  @Command(
      name = "export",
      description = "write a campaign's trials or an eval run's samples to stdout, as JSON or CSV",
      sortOptions = false,
      abbreviateSynopsis = true)
  int export(
      @Parameters(paramLabel = "RUN", description = "campaign:7 (or 7), or eval:7.") String run,
      @Option(
              names = "--format",
              paramLabel = "json|csv",
              defaultValue = "json",
              description = "json (default) or csv.")
          String format,
      @Mixin SharedOptions shared) {
    RunReference reference = RunReference.parse(run);
    return withStore(
        shared,
        store -> {
          if (reference.eval()) {
            EvalReport report =
                EvalReport.of(store, List.of(store.evalRuns().require(reference.id())));
            return print(format, () -> report.json().toString(), () -> EvalExport.csv(report));
          }
          CampaignReport report =
              CampaignReport.of(store, List.of(store.campaigns().require(reference.id())));
          return print(format, () -> report.json().toString(), () -> CampaignExport.csv(report));
        });
  }

  @Command(
      name = "rescore",
      description = "judge an eval run's outputs again; no task runs",
      sortOptions = false,
      abbreviateSynopsis = true)
  int rescore(
      @Parameters(paramLabel = "RUN", description = "eval:7, or 7.") String run,
      @Mixin EvalModels models,
      @Mixin SharedOptions shared) {
    long id = RunReference.evalId(run);
    if (shared.dryRun) {
      return withStore(
          shared,
          store -> {
            int samples = store.evalSamples().ofRun(store.evalRuns().require(id).id()).size();
            context
                .io()
                .out()
                .println(
                    "would judge %s of %s again, with the dataset's scorers as they are now"
                        .formatted(Plural.of(samples, "sample"), RunReference.eval(id)));
            return 0;
          });
    }
    requireStore(shared);
    EvalRunRow rescored = new RescoreWork(context, shared, models).run(id);
    return withStore(
        shared, store -> evalPrinter(shared).run(EvalReport.of(store, List.of(rescored))));
  }

  private int print(String format, Supplier<String> json, Supplier<String> csv) {
    switch (format) {
      case "json" -> context.io().out().println(json.get());
      case "csv" -> context.io().out().print(csv.get());
      default ->
          throw EvalctlException.usage("there is no format '" + format + "'", "formats: json, csv");
    }
    return 0;
  }

  private static void refuse(boolean wrong, String message, String hint) {
    if (wrong) {
      throw EvalctlException.usage(message, hint);
    }
  }

  private ResultsPrinter printer(SharedOptions shared) {
    return new ResultsPrinter(context.io(), shared.outStyle(context), shared.json);
  }

  private EvalResultsPrinter evalPrinter(SharedOptions shared) {
    return new EvalResultsPrinter(context.io(), shared.outStyle(context), shared.json);
  }

  private Path requireStore(SharedOptions shared) {
    Path file = shared.resultsStore(context);
    if (!Files.exists(file)) {
      throw new EvalctlException(
          ErrorCode.FILE_UNREADABLE,
          "there is no results store " + file,
          "run a campaign or an eval first, or name the store with --db");
    }
    return file;
  }

  private int withStore(SharedOptions shared, ToIntFunction<ResultsStore> work) {
    try (Session session = Session.reading(requireStore(shared))) {
      return work.applyAsInt(session.results());
    }
  }
}
