package io.evalctl.console;

import io.evalctl.campaign.Outcome;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import io.evalctl.text.Plural;
import java.util.ArrayList;
import java.util.List;

/** The one line that a trial has, while it runs and when it is done. */
final class TrialLines {
  private final Style style;
  private final int total;
  private final boolean showArm;

  TrialLines(Style style, int total, boolean showArm) {
    this.style = style;
    this.total = total;
    this.showArm = showArm;
  }

  String running(int position, String target, String activity) {
    return "  %s %s  %s%s"
        .formatted(
            style.accent("▸"), number(position), target.isEmpty() ? "" : target + "  ", activity);
  }

  String finished(TrialRow trial, int position, String target) {
    Outcome outcome = Outcome.parse(trial.outcome());
    String mark = mark(outcome);
    String arm = showArm ? "%-8s  ".formatted(trial.arm()) : "";
    if (outcome == Outcome.INVALID) {
      return "  %s %s  %s%s  %s"
          .formatted(mark, number(position), arm, style.bad(outcome.label()), trial.errorMessage());
    }
    return "  %s %s  %s%-14s  detect %s  resolve %s  recover %s  down %s  %s%s"
        .formatted(
            mark,
            number(position),
            arm,
            target,
            pad(Seconds.of(trial.timeToDetectMs())),
            pad(Seconds.of(trial.timeToResolveMs())),
            pad(Seconds.of(trial.timeToRecoverMs())),
            pad(Seconds.of(trial.unavailableMs())),
            paint(outcome),
            remarks(trial));
  }

  private static String remarks(TrialRow trial) {
    List<String> remarks = new ArrayList<>();
    int lost = Json.parse(trial.canaryJson()).path("lostWrites").asInt(0);
    if (lost > 0) {
      remarks.add(Plural.of(lost, "write") + " lost");
    }
    if (ShownTerms.damaged(trial)) {
      remarks.add("collateral damage");
    }
    Json.parse(trial.flagsJson()).forEach(flag -> remarks.add(flag.asText()));
    return remarks.isEmpty() ? "" : "  (" + String.join(", ", remarks) + ")";
  }

  private String number(int position) {
    String width = Integer.toString(total);
    return (" ".repeat(Math.max(0, width.length() - Integer.toString(position).length())))
        + position
        + "/"
        + total;
  }

  private static String pad(String text) {
    return " ".repeat(Math.max(0, 6 - text.length())) + text;
  }

  private String mark(Outcome outcome) {
    if (outcome == Outcome.INVALID) {
      return style.warn("!");
    }
    return outcome.good() ? style.good("✓") : outcome.bad() ? style.bad("✗") : style.faint("·");
  }

  private String paint(Outcome outcome) {
    return outcome.good()
        ? style.good(outcome.label())
        : outcome.bad() ? style.bad(outcome.label()) : style.faint(outcome.label());
  }
}
