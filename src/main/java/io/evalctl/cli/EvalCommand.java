package io.evalctl.cli;

import io.evalctl.console.EvalConsole;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.eval.EvalLauncher;
import io.evalctl.eval.EvalPlan;
import io.evalctl.eval.EvalPreflight;
import io.evalctl.eval.EvalRequest;
import io.evalctl.eval.dataset.DatasetReader;
import io.evalctl.llm.LlmSettings;
import io.evalctl.report.EvalReport;
import io.evalctl.report.ExitRule;
import io.evalctl.report.JUnitReport;
import io.evalctl.report.Threshold;
import io.evalctl.report.Thresholds;
import io.evalctl.results.EvalRunRow;
import io.evalctl.results.RunReference;
import io.evalctl.session.DatasetFile;
import io.evalctl.session.EvalHost;
import io.evalctl.session.HostFacts;
import io.evalctl.session.Session;
import java.nio.file.Files;
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
      description = "Run what is missing of this run (7 or eval:7), and of those started with it.")
  String resume;

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
    options.check();
    places.check(context);
    JUnitReport.requireWritable(junitXml());
    EvalRequest request =
        resume == null ? options.request(dataset, context.io().directory()) : stored();
    Path base = request.base(context.io().directory());
    try (DatasetFile file =
        DatasetFile.locate(request.dataset(), base, context.paths(), shared.dryRun)) {
      EvalPlan plan = EvalPlan.of(request, file.path());
      LlmSettings settings =
          models.settings(
              context,
              base,
              plan.models().equals(plan.dataset().models()) ? file.recording() : null);
      EvalPreflight.check(plan, settings, context.time());
      return shared.dryRun
          ? new EvalDryRun(context.io(), shared.json).print(plan)
          : run(plan, settings);
    }
  }

  private EvalRequest stored() {
    long id = RunReference.evalId(resume);
    Path store = shared.resultsStore(context);
    if (!Files.exists(store)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_RUN,
          "there is no eval run " + id + ": there is no results store " + store,
          "name the store with --db");
    }
    try (Session session = Session.reading(store)) {
      return EvalLauncher.requestOf(session.results(), id);
    }
  }

  private int run(EvalPlan plan, LlmSettings settings) {
    try (Interruption interruption = Interruption.install(context, Interruption.Words.EVAL);
        EvalConsole console =
            new EvalConsole(
                context.io(),
                shared.errStyle(context),
                shared.quiet,
                shared.verbose,
                context.time())) {
      try (EvalHost host =
          places.open(context, shared, settings, console::note, console::warning)) {
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
                : launcher.resume(RunReference.evalId(resume), plan);
        return finish(EvalReport.of(host.store(), runs), console);
      } catch (RuntimeException e) {
        throw interruption.explain(e);
      }
    }
  }

  private int finish(EvalReport report, EvalConsole console) {
    List<Threshold> asked =
        new Thresholds(options.failUnder(), null).of(report, options.errorBudget());
    if (junitXml != null) {
      JUnitReport.write(report, asked, junitXml());
    }
    if (shared.json) {
      context.io().out().println(report.json(asked));
    } else {
      console.summary(report);
    }
    Thresholds.failures(asked).forEach(console::missed);
    return ExitRule.of(
        asked,
        report.summaries().stream()
            .allMatch(run -> run.passes().hits() == run.run().sampleCount()));
  }

  private Path junitXml() {
    return junitXml == null ? null : context.io().directory().resolve(junitXml);
  }
}
