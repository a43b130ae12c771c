package io.evalctl.cli;

import io.evalctl.console.EvalConsole;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.EvalLauncher;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.EvalRequest;
import io.evalctl.eval.dataset.DatasetReader;
import io.evalctl.report.EvalReport;
import io.evalctl.report.EvalSummary;
import io.evalctl.report.JUnitReport;
import io.evalctl.report.Thresholds;
import io.evalctl.results.EvalRunRow;
import io.evalctl.session.DatasetFile;
import io.evalctl.session.EvalHost;
import io.evalctl.session.HostFacts;
import io.evalctl.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evalctl eval}. */
@Command(name = "eval", sortOptions = false, abbreviateSynopsis = true)
final class EvalCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "0..1",
      paramLabel = "DATASET",
      description = "A dataset in YAML, JSON or JSONL, or example:NAME.")
  String dataset;

  @Mixin EvalOptions options;
  @Mixin EvalPlaces places;
  @Mixin EvalModels models;

  @Option(
      names = "--resume",
      paramLabel = "ID",
      description = "Run what is missing of this run, and of those started with it.")
  Long resume;

  @Option(
      names = "--junit-xml",
      paramLabel = "FILE",
      description = "Write the samples as JUnit XML.")
  Path junitXml;

  @Option(names = "--schema", description = "Print the JSON Schema of datasets and exit.")
  boolean schema;

  @Mixin SharedOptions shared;

  EvalCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (schema) {
      context.io().out().print(DatasetReader.schema());
      return 0;
    }
    if ((dataset == null) == (resume == null)) {
      throw EvalctlException.usage(
          "name a dataset, or a run with --resume", "see evalctl eval --help");
    }
    EvalRequest request =
        resume == null ? options.request(dataset, context.io().directory()) : stored();
    Path base = request.base(context.io().directory());
    DatasetFile file = DatasetFile.locate(request.dataset(), base, context.paths());
    EvalPlan plan = EvalPlan.of(request, file.path());
    if (shared.dryRun) {
      return new EvalDryRun(context.io(), shared.json).print(plan);
    }
    return run(plan, file, base);
  }

  private EvalRequest stored() {
    try (Session session = Session.withResults(shared.resultsStore(context))) {
      return EvalLauncher.requestOf(session.results(), resume);
    }
  }

  private int run(EvalPlan plan, DatasetFile file, Path base) {
    try (Interruption interruption = Interruption.install(context, Interruption.Words.EVAL);
        EvalConsole console =
            new EvalConsole(
                context.io(),
                shared.errStyle(context),
                shared.quiet,
                shared.verbose,
                context.time())) {
      try (EvalHost host =
          places.open(
              context,
              shared,
              models.settings(
                  context,
                  base,
                  plan.models().equals(plan.dataset().models()) ? file.recording() : null),
              console::note,
              console::warning)) {
        EvalLauncher launcher =
            new EvalLauncher(
                host.store(),
                host.resources(),
                options.errorBudget(),
                options.timeout(),
                console,
                context.time());
        List<EvalRunRow> runs =
            resume == null
                ? launcher.start(plan, HostFacts.gather())
                : launcher.resume(resume, plan);
        return finish(EvalReport.of(host.store(), runs), console);
      } catch (RuntimeException e) {
        throw interruption.explain(e);
      }
    }
  }

  private int finish(EvalReport report, EvalConsole console) {
    if (junitXml != null) {
      JUnitReport.write(report, context.io().directory().resolve(junitXml));
    }
    if (shared.json) {
      context.io().out().println(report.json());
    } else {
      console.summary(report);
    }
    boolean met = true;
    for (EvalSummary run : report.summaries()) {
      met &= met(run, console);
    }
    return met ? 0 : ErrorCode.THRESHOLD_NOT_MET.kind().exitCode();
  }

  /** A threshold that is given decides alone; without one every sample has to pass. */
  private boolean met(EvalSummary run, EvalConsole console) {
    Double least = options.failUnder();
    if (least == null) {
      return options.failOnError != null || run.passes().hits() == run.run().sampleCount();
    }
    boolean met = run.passed() != null && Thresholds.met(run.passed(), least);
    if (!met) {
      console.warning(
          "%s: %s"
              .formatted(
                  run.run().name(),
                  run.passed() == null
                      ? "no case ran in all its epochs"
                      : Thresholds.below(run.passed(), "passed", least)));
    }
    return met;
  }
}
