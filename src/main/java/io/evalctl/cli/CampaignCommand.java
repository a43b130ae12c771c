package io.evalctl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.campaign.CampaignFile;
import io.evalctl.campaign.CampaignLauncher;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.clock.Durations;
import io.evalctl.console.CampaignConsole;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.JUnitReport;
import io.evalctl.report.Thresholds;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.Json;
import io.evalctl.session.HostFacts;
import io.evalctl.session.Session;
import io.evalctl.session.SubjectHost;
import io.evalctl.subject.compose.ShippedSubjects;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evalctl campaign}. */
@Command(name = "campaign", sortOptions = false, abbreviateSynopsis = true)
final class CampaignCommand implements Callable<Integer> {
  private final CommandContext context;
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A campaign file in YAML; flags override its keys.")
  Path file;

  @Mixin PlanOptions planOptions;

  @Option(
      names = "--resume",
      paramLabel = "ID",
      description = "Run what is missing of this campaign, with its own plan.")
  Long resume;

  @Option(
      names = "--fail-under",
      paramLabel = "RATE",
      description = "Exit 3 when the success rate is below this (0.9 or 90%%).")
  String failUnder;

  @Option(
      names = "--max-ttr",
      paramLabel = "DURATION",
      description = "Exit 3 when the median time to recover is above this.")
  String maxTtr;

  @Option(
      names = "--junit-xml",
      paramLabel = "FILE",
      description = "Write the trials as JUnit XML.")
  Path junitXml;

  @Option(names = "--list-subjects", description = "List the subjects and exit.")
  boolean listSubjects;

  @Option(
      names = "--list-chaos",
      description = "List the chaos types with their parameters and exit.")
  boolean listChaos;

  @Option(
      names = "--schema",
      arity = "0..1",
      paramLabel = "campaign|subject",
      fallbackValue = "campaign",
      description = "Print the JSON Schema of campaign files, or of subject files, and exit.")
  String schema;

  @Mixin SharedOptions shared;

  CampaignCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    CampaignCatalog catalog = new CampaignCatalog(context.io(), shared.json);
    if (listSubjects) {
      return catalog.subjects();
    }
    if (listChaos) {
      return catalog.chaos();
    }
    if (schema != null) {
      return catalog.schema(schema);
    }
    Thresholds thresholds =
        new Thresholds(
            failUnder == null ? null : Thresholds.rate(failUnder),
            maxTtr == null ? null : Durations.parse("--max-ttr", maxTtr));
    refusePlanWithResume();
    CampaignPlan plan = resume == null ? plan() : null;
    if (plan != null && shared.dryRun) {
      return catalog.dryRun(
          plan,
          SubjectHost.foresee(plan, context.paths(), context.io().environment(), context.time()));
    }
    return run(plan, thresholds);
  }

  private void refusePlanWithResume() {
    boolean planned =
        file != null
            || spec.commandLine().getParseResult().matchedOptions().stream()
                .map(SettingsDefaults::longName)
                .anyMatch(CampaignFile.KEYS::contains);
    if (resume != null && planned) {
      throw EvalctlException.usage(
          "--resume goes on with the stored plan and takes no other",
          "leave the file and the flags of the plan out");
    }
  }

  private CampaignPlan plan() {
    ObjectNode keys = file == null ? Json.object() : CampaignFile.load(resolve(file));
    ObjectNode merged =
        planOptions.over(keys, spec.commandLine().getParseResult(), CampaignFile.KEYS);
    String subject = merged.path("subject").asText("");
    if (ShippedSubjects.isFile(subject)) {
      // A later --resume may be given elsewhere.
      merged.put("subject", resolve(Path.of(subject)).toAbsolutePath().normalize().toString());
    }
    return CampaignFile.plan(merged);
  }

  private int run(CampaignPlan plan, Thresholds thresholds) {
    try (Interruption interruption = Interruption.install(context, Interruption.Words.CAMPAIGN);
        CampaignConsole console =
            new CampaignConsole(
                context.io(),
                shared.errStyle(context),
                shared.quiet,
                shared.verbose,
                context.time())) {
      try (Session session = Session.withResults(shared.resultsStore(context))) {
        SubjectHost host =
            new SubjectHost(
                context.paths(), session.results(), context.io().environment(), context.time());
        host.clearDeadRuns().forEach(console::note);
        host.failures().forEach(console::note);
        CampaignLauncher launcher =
            new CampaignLauncher(session.results(), host, console, context.time());
        List<CampaignRow> campaigns;
        try {
          campaigns =
              resume == null ? launcher.start(plan, HostFacts.gather()) : launcher.resume(resume);
        } finally {
          host.kept().forEach(path -> console.note("kept " + path));
        }
        return finish(CampaignReport.of(session.results(), campaigns), console, thresholds);
      } catch (RuntimeException e) {
        throw interruption.explain(e);
      }
    }
  }

  private int finish(CampaignReport report, CampaignConsole console, Thresholds thresholds) {
    if (junitXml != null) {
      JUnitReport.write(report, resolve(junitXml));
    }
    if (shared.json) {
      context.io().out().println(report.json());
    } else {
      console.summary(report);
    }
    List<String> failures = thresholds.failures(report);
    failures.forEach(console::note);
    return failures.isEmpty() ? 0 : ErrorCode.THRESHOLD_NOT_MET.kind().exitCode();
  }

  private Path resolve(Path path) {
    return context.io().directory().resolve(path);
  }
}
