package io.evalctl.report;

import io.evalctl.campaign.Outcome;
import io.evalctl.campaign.TrialFlag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What every number, outcome and flag of a campaign means: the one source for the console and for
 * the page campaign.md. Thread-safe.
 */
public final class Explanations {
  private static final List<Explanation> MEASURES =
      List.of(
          new Explanation(
              "detect",
              "time from the onset, when evalctl itself first sees the fault, to the operator's"
                  + " first ticket after the injection"),
          new Explanation(
              "resolve",
              "time from the onset to the moment at which that ticket is first marked resolved;"
                  + " a claim of the operator's"),
          new Explanation(
              "recover",
              "time from the onset to the start of the first unbroken healthy run as long as"
                  + " --settle, measured by evalctl: every node serves and no canary operation"
                  + " fails. Without a run by the trial's end there is none (–)"),
          new Explanation(
              "down",
              "time for which clients were not served: the canary's periods from the injection to"
                  + " the trial's end in which its read or its write did not succeed. It can be 0"
                  + " although a node is dead: the others serve"),
          new Explanation(
              "lost",
              "writes that the subject acknowledged to the canary and that at least one node that"
                  + " was read back no longer has. (2/3 nodes): so many of them could be read back."
                  + " – where none could: it is not known"),
          new Explanation(
              "collateral damage",
              "a node that the fault did not hit has another configuration or another process than"
                  + " before, or is dead. Only told of operators; what the baseline trial of the"
                  + " same seed shows as well is the subject's own doing and is left out"),
          new Explanation(
              "success",
              "agent arm: trials healed, of all that could be; baseline arm: self-healed, of"
                  + " self-healed and unhealed; control arm: quiet, of all. With its 95% Wilson"
                  + " interval. invalid, no-impact and lifted trials are in no rate"),
          new Explanation(
              "+N", "N trials did not get there by their deadline; the median is over the others"));

  private Explanations() {}

  /** All of them: measures, outcomes, flags. */
  public static List<Explanation> all() {
    List<Explanation> all = new ArrayList<>(MEASURES);
    Arrays.stream(Outcome.values())
        .forEach(outcome -> all.add(new Explanation(outcome.label(), text(outcome))));
    Arrays.stream(TrialFlag.values())
        .forEach(flag -> all.add(new Explanation(flag.label(), text(flag))));
    return all;
  }

  /** The one of a term, whatever its case. */
  public static Optional<Explanation> of(String term) {
    String wanted = term.strip().toLowerCase(Locale.ROOT);
    return all().stream()
        .filter(each -> each.term().toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }

  private static String text(Outcome outcome) {
    return switch (outcome) {
      case INVALID ->
          "the setup, the injection, its witness or evalctl itself failed; in no rate, and repeated"
              + " up to --max-invalid times";
      case FALSE_ALARM -> "control arm: a ticket, although nothing was done to the subject";
      case QUIET -> "control arm: no ticket";
      case NO_IMPACT -> "the fault was seen, but nothing was ever impaired by it; in no rate";
      case LIFTED ->
          "the fault is one that no operator can mend, and evalctl ended it; in no healing rate,"
              + " but detection and claims are reported";
      case FALSE_RESOLVE ->
          "the ticket was resolved, and the claim is not true: the subject was not healthy from"
              + " 0.2s after it until --settle after it";
      case SELF_HEALED ->
          "baseline arm: it recovered; agent arm: it recovered before any command in the operator's"
              + " log";
      case HEALED ->
          "the ticket was resolved in time and the claim is true: every health sample from 0.2s"
              + " after it until --settle after it is healthy. It rests on health alone; lost"
              + " writes and damage are told beside it";
      case UNCLOSED -> "it recovered, but the ticket was never resolved, or there was none";
      case UNRESOLVED -> "a ticket, but neither a resolution nor a recovery by the deadline";
      case UNDETECTED -> "neither a ticket nor a recovery by the deadline";
      case UNHEALED -> "baseline arm: no recovery by the deadline";
    };
  }

  private static String text(TrialFlag flag) {
    return switch (flag) {
      case CLOCK_SKEW ->
          "a time in the operator's database does not go with the moment at which evalctl saw the"
              + " change; the latter is used";
      case REOPENED -> "the ticket was open again after its first resolution, which counts";
      case AGENT_EXITED -> "the operator's process ended before the trial did";
      case FALSE_CLAIM ->
          "the ticket was resolved while the subject was not healthy, or not for long enough";
      case FAULT_ENDED_EARLY ->
          "the fault was gone before evalctl lifted it: what it was in was restarted or removed";
      case SAMPLING_GAP ->
          "more than a second passed between two looks at the subject, or no node answered although"
              + " the fault hit only some: the machine may have been too busy to measure";
      case PAIR_ROLE_DIFFERS ->
          "the agent's and the baseline's trial of one seed hit nodes in different roles, such as"
              + " leader and follower; their times are not alike";
      case DATA_UNCHECKED ->
          "no node could be asked for the canary's writes: whether any were lost is not known, and"
              + " the outcome rests on health alone";
      case DATA_PARTLY_CHECKED ->
          "it recovered, but not every node could be asked for the canary's writes";
      case UNHEALTHY_BEFORE_FAULT ->
          "the subject was sick for a while before the fault, and was waited for again";
      case UNHEALTHY_WITHOUT_FAULT ->
          "control arm: the subject was sick although nothing was done to it; a ticket may be"
              + " right";
    };
  }
}
