package io.evalctl.cli;

import io.evalctl.campaign.CampaignLauncher;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.DurationEstimate;
import io.evalctl.console.CampaignConsole;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.operator.OperatorPreflight;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.ExitRule;
import io.evalctl.report.JUnitReport;
import io.evalctl.report.Threshold;
import io.evalctl.report.Thresholds;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.RunReference;
import io.evalctl.session.HostFacts;
import io.evalctl.session.Session;
import io.evalctl.session.SubjectHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What {@code campaign} does once it has its plan: looks at everything that can be refused, and
 * then runs it, or with {@code --dry-run} says what it would do.
 */
final class CampaignWork {
  private final CommandContext context;
  private final SharedOptions shared;
  private final Thresholds thresholds;
  private final Path junitXml;

  /**
   * @param junitXml where the trials are written to, or null
   */
  CampaignWork(CommandContext context, SharedOptions shared, Thresholds thresholds, Path junitXml) {
    this.context = context;
    this.shared = shared;
    this.thresholds = thresholds;
    this.junitXml = junitXml;
  }

  /** Returns the exit code. */
  int start(CampaignPlan plan) {
    List<String> faults = preflight(plan);
    return shared.dryRun
        ? catalog().dryRun(plan, faults, DurationEstimate.of(plan))
        : run(launcher -> launcher.start(plan, HostFacts.gather()));
  }

  /** Returns the exit code. */
  int resume(long campaignId) {
    CampaignPlan plan;
    int missing;
    Path store = shared.resultsStore(context);
    if (!Files.exists(store)) {
      throw new EvalctlException(
          ErrorCode.UNKNOWN_CAMPAIGN,
          "there is no campaign " + campaignId + ": there is no results store " + store,
          "name the store with --db");
    }
    try (Session session = Session.reading(store)) {
      plan = CampaignLauncher.planToResume(session.results(), campaignId);
      missing = CampaignLauncher.missing(session.results(), campaignId);
    }
    List<String> faults = missing == 0 ? List.of() : preflight(plan);
    return shared.dryRun
        ? catalog().dryResume(RunReference.campaign(campaignId), plan, faults, missing)
        : run(launcher -> launcher.resume(campaignId));
  }

  /** What the faults would do to whom, where that is known beforehand. */
  private List<String> preflight(CampaignPlan plan) {
    JUnitReport.requireWritable(junitXml);
    OperatorPreflight.check(
        plan.agent(), plan.operatorDb(), context.io().directory(), context.io().environment());
    return SubjectHost.foresee(plan, context.paths(), context.io().environment(), context.time());
  }

  private int run(Function<CampaignLauncher, List<CampaignRow>> work) {
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
        List<CampaignRow> campaigns;
        try {
          campaigns =
              work.apply(new CampaignLauncher(session.results(), host, console, context.time()));
        } finally {
          host.kept().forEach(path -> console.note("kept " + path));
        }
        return finish(CampaignReport.of(session.results(), campaigns), console);
      } catch (RuntimeException e) {
        throw interruption.explain(e);
      }
    }
  }

  private int finish(CampaignReport report, CampaignConsole console) {
    List<Threshold> asked = thresholds.of(report);
    if (junitXml != null) {
      JUnitReport.write(report, asked, junitXml);
    }
    if (shared.json) {
      context.io().out().println(report.json(asked));
    } else {
      console.summary(report);
    }
    Thresholds.failures(asked).forEach(console::missed);
    return ExitRule.of(asked, true);
  }

  private CampaignCatalog catalog() {
    return new CampaignCatalog(context.io(), shared.json);
  }
}
