package io.evalctl.report;

import io.evalctl.campaign.Arm;
import io.evalctl.campaign.Outcome;
import io.evalctl.results.Json;
import io.evalctl.results.TrialRow;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * One arm of one campaign in numbers.
 *
 * @param outcomes how many trials ended each way
 * @param success agent: healed of all that could be; baseline: self-healed; control: quiet
 * @param unavailable unavailable time for clients, over every valid trial
 * @param lost acknowledged writes that were gone, over every valid trial
 * @param collateral in how many valid trials harm was done beyond the fault
 * @param flags how many trials have each flag
 */
public record ArmSummary(
    Arm arm,
    Map<Outcome, Integer> outcomes,
    Rate success,
    TimeSummary detect,
    TimeSummary resolve,
    TimeSummary recover,
    TimeSummary unavailable,
    LostWrites lost,
    int collateral,
    Map<String, Integer> flags) {
  private static final Set<Outcome> AGENT_RATE =
      EnumSet.of(
          Outcome.HEALED,
          Outcome.FALSE_RESOLVE,
          Outcome.SELF_HEALED,
          Outcome.UNCLOSED,
          Outcome.UNRESOLVED,
          Outcome.UNDETECTED);
  private static final Set<Outcome> BASELINE_RATE =
      EnumSet.of(Outcome.SELF_HEALED, Outcome.UNHEALED);
  private static final Set<Outcome> CONTROL_RATE = EnumSet.of(Outcome.QUIET, Outcome.FALSE_ALARM);

  public ArmSummary {
    outcomes = Collections.unmodifiableMap(new EnumMap<>(outcomes));
    flags = Collections.unmodifiableMap(new TreeMap<>(flags));
  }

  static ArmSummary of(Arm arm, List<TrialRow> trials) {
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    trials.forEach(trial -> outcomes.merge(Outcome.parse(trial.outcome()), 1, Integer::sum));
    List<TrialRow> valid = trials.stream().filter(ArmSummary::counts).toList();
    List<TrialRow> impaired =
        valid.stream().filter(trial -> !is(trial, Outcome.NO_IMPACT)).toList();
    return new ArmSummary(
        arm,
        outcomes,
        success(arm, outcomes),
        TimeSummary.of(
            arm.hasOperator() && arm.hasFault()
                ? valuesOrNull(impaired, TrialRow::timeToDetectMs)
                : List.of()),
        TimeSummary.of(
            arm.hasOperator() && arm.hasFault()
                ? valuesOrNull(impaired, TrialRow::timeToResolveMs)
                : List.of()),
        TimeSummary.of(
            arm.hasFault() ? valuesOrNull(impaired, TrialRow::timeToRecoverMs) : List.of()),
        TimeSummary.of(
            valid.stream().map(TrialRow::unavailableMs).filter(Objects::nonNull).toList()),
        LostWrites.of(valid),
        arm.hasOperator() ? (int) valid.stream().filter(ArmSummary::harmed).count() : 0,
        flags(trials));
  }

  private static boolean harmed(TrialRow trial) {
    return !Json.parse(trial.collateralJson()).isEmpty();
  }

  private static Map<String, Integer> flags(List<TrialRow> trials) {
    Map<String, Integer> flags = new TreeMap<>();
    for (TrialRow trial : trials) {
      Json.parse(trial.flagsJson()).forEach(flag -> flags.merge(flag.asText(), 1, Integer::sum));
    }
    return flags;
  }

  private static List<Long> valuesOrNull(
      List<TrialRow> trials, java.util.function.Function<TrialRow, Long> value) {
    List<Long> values = new java.util.ArrayList<>();
    trials.forEach(trial -> values.add(value.apply(trial)));
    return values;
  }

  private static Rate success(Arm arm, Map<Outcome, Integer> outcomes) {
    return switch (arm) {
      case AGENT -> rate(outcomes, Outcome.HEALED, AGENT_RATE);
      case BASELINE -> rate(outcomes, Outcome.SELF_HEALED, BASELINE_RATE);
      case CONTROL -> rate(outcomes, Outcome.QUIET, CONTROL_RATE);
    };
  }

  private static Rate rate(Map<Outcome, Integer> outcomes, Outcome hit, Set<Outcome> counted) {
    int of = counted.stream().mapToInt(outcome -> outcomes.getOrDefault(outcome, 0)).sum();
    return new Rate(outcomes.getOrDefault(hit, 0), of);
  }

  private static boolean counts(TrialRow trial) {
    return !is(trial, Outcome.INVALID);
  }

  private static boolean is(TrialRow trial, Outcome outcome) {
    return trial.outcome().equals(outcome.label());
  }
}
