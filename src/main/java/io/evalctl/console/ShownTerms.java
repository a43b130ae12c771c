package io.evalctl.console;

import io.evalctl.report.ArmSummary;
import io.evalctl.report.CampaignReport;
import io.evalctl.report.Explanation;
import io.evalctl.report.Explanations;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The words that a campaign's tables and lines show, explained. */
final class ShownTerms {
  private static final String COLLATERAL = "collateral damage";
  private static final List<String> COLUMNS =
      List.of("success", "detect", "resolve", "recover", "down", "lost", "+N");

  private ShownTerms() {}

  /** Columns, outcomes, and what trials are remarked upon. */
  static List<Explanation> all(CampaignReport report) {
    Set<String> terms = new LinkedHashSet<>(COLUMNS);
    report.summaries().stream()
        .flatMap(summary -> summary.arms().stream())
        .map(ArmSummary::outcomes)
        .forEach(outcomes -> outcomes.keySet().forEach(outcome -> terms.add(outcome.label())));
    terms.addAll(remarks(report));
    return explained(terms);
  }

  /** Only what trials are remarked upon. */
  static List<Explanation> remarked(CampaignReport report) {
    return explained(remarks(report));
  }

  static boolean damaged(TrialRow trial) {
    return !Json.parse(trial.collateralJson()).isEmpty();
  }

  private static Set<String> remarks(CampaignReport report) {
    Set<String> terms = new LinkedHashSet<>();
    for (CampaignReport.Entry entry : report.entries()) {
      for (TrialRow trial : entry.trials()) {
        if (damaged(trial)) {
          terms.add(COLLATERAL);
        }
        Json.parse(trial.flagsJson()).forEach(flag -> terms.add(flag.asText()));
      }
    }
    return terms;
  }

  private static List<Explanation> explained(Set<String> terms) {
    return terms.stream().flatMap(term -> Explanations.of(term).stream()).toList();
  }
}
