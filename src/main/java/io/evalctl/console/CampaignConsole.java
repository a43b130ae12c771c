package io.evalctl.console;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.CampaignListener;
import io.evalctl.campaign.CampaignPlan;
import io.evalctl.campaign.ChaosStep;
import io.evalctl.campaign.DurationEstimate;
import io.evalctl.campaign.Phase;
import io.evalctl.campaign.TrialSpec;
import io.evalctl.clock.TimeSource;
import io.evalctl.report.CampaignReport;
import io.evalctl.results.CampaignRow;
import io.evalctl.results.RunStatus;
import io.evalctl.results.TrialRow;
import io.evalctl.text.Plural;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * A campaign's progress on stderr, and its summary on stdout. On a terminal the running trial's
 * line is live; elsewhere a heartbeat tells every ten seconds what is waited for. When verbose,
 * every phase has a line of its own. The listener's methods are called by the thread that runs; the
 * live line has a thread of its own.
 */
public final class CampaignConsole implements CampaignListener, AutoCloseable {
  private final Io io;
  private final Style style;
  private final boolean quiet;
  private final boolean verbose;
  private final StatusLine status;

  private TrialLines lines;
  private int total;
  private int position;
  private String target = "";
  private int ordinalShown;
  private final Set<String> warned = new HashSet<>();
  private Arm arm = Arm.AGENT;
  private boolean mendable;

  public CampaignConsole(Io io, Style style, boolean quiet, boolean verbose, TimeSource time) {
    this.io = io;
    this.style = style;
    this.quiet = quiet;
    this.verbose = verbose && !quiet;
    this.status = quiet ? StatusLine.silent() : StatusLine.on(io, style, time);
  }

  /** Says one line. */
  public void note(String text) {
    if (!quiet) {
      status.print(style.warn("!") + " " + text);
    }
  }

  /** Says which threshold was missed, to somebody who wants to hear of nothing else, too. */
  public void missed(String text) {
    status.clear();
    io.err().println(style.warn("!") + " " + text);
  }

  @Override
  public void warned(String text) {
    // The figures differ each time, what it is about does not.
    if (warned.add(text.replaceAll("\\d+", ""))) {
      note(text);
    }
  }

  @Override
  public void campaignStarted(CampaignRow campaign, CampaignPlan plan, ChaosStep step, int done) {
    total = campaign.trialCount();
    position = done;
    lines = new TrialLines(style, total, plan.arms(step).size() > 1);
    if (quiet) {
      return;
    }
    boolean complete = campaign.status() == RunStatus.COMPLETE;
    DurationEstimate takes = DurationEstimate.of(plan, step, done);
    status.print(
        style.strong(campaign.reference().toString())
            + "  %s (%s) · %s · %s · %s · seed %d%s%s"
                .formatted(
                    plan.subject(),
                    Plural.of(plan.nodes(), "node"),
                    step.request().type(),
                    plan.arms(step).stream().anyMatch(Arm::hasOperator)
                        ? "agent " + plan.agent()
                        : "no agent",
                    Plural.of(total, "trial"),
                    plan.seed(),
                    done > 0 && !complete ? " · resumed, " + done + " done" : "",
                    complete ? "" : " · " + Seconds.range(takes.least(), takes.most())));
  }

  @Override
  public void trialStarted(TrialSpec trial) {
    target = "";
    ordinalShown = position + 1;
    arm = trial.arm();
    mendable = trial.step().request().type().mendable();
  }

  @Override
  public void targetChosen(String name, String role) {
    target = role == null || role.isEmpty() ? name : name + " (" + role + ")";
  }

  @Override
  public void phaseStarted(Phase phase, Duration limit) {
    String line = lines.running(ordinalShown, target, phase.activity(arm, mendable));
    if (verbose) {
      status.print(line);
    }
    status.update(() -> line, limit);
  }

  @Override
  public void trialFinished(TrialRow trial, int at) {
    position = at;
    if (!quiet) {
      status.print(lines.finished(trial, at, target));
    }
    if (trial.errorCode() != null) {
      position = at - 1;
    }
  }

  @Override
  public void campaignFinished(CampaignRow campaign) {
    status.clear();
  }

  /** Prints the summary of a whole run to stdout. */
  public void summary(CampaignReport report) {
    status.clear();
    new SummaryPrinter(io, style).print(report);
  }

  @Override
  public void close() {
    status.close();
  }
}
