package io.evalctl.results;

import io.evalctl.error.EvalctlException;

/**
 * The one name of a stored run, wherever it is shown or asked for: {@code campaign:7} or {@code
 * eval:7}.
 *
 * @param eval whether it is a run of a dataset, else a campaign
 */
public record RunReference(boolean eval, long id) {
  private static final String CAMPAIGN = "campaign:";
  private static final String EVAL = "eval:";

  public static RunReference campaign(long id) {
    return new RunReference(false, id);
  }

  public static RunReference eval(long id) {
    return new RunReference(true, id);
  }

  /** Reads one; a number alone is a campaign's. */
  public static RunReference parse(String text) {
    String word = text.strip();
    boolean eval = word.startsWith(EVAL);
    String number =
        eval
            ? word.substring(EVAL.length())
            : word.startsWith(CAMPAIGN) ? word.substring(CAMPAIGN.length()) : word;
    try {
      return new RunReference(eval, Long.parseLong(number));
    } catch (NumberFormatException e) {
      throw EvalctlException.usage(
          "'" + text + "' names no results",
          "give campaign:7 (or 7) or eval:7; evalctl results list shows them");
    }
  }

  /** The number of a campaign, where only one can be meant. */
  public static long campaignId(String text) {
    RunReference reference = parse(text);
    if (reference.eval()) {
      throw EvalctlException.usage(
          reference + " is a run of a dataset, and a campaign is wanted",
          "give campaign:7, or use evalctl eval");
    }
    return reference.id();
  }

  /** The number of an eval run, where only one can be meant; it may stand alone. */
  public static long evalId(String text) {
    if (text.strip().startsWith(CAMPAIGN)) {
      throw EvalctlException.usage(
          text.strip() + " is a campaign, and a run of a dataset is wanted",
          "give eval:7, or use evalctl campaign");
    }
    return parse(text.strip().startsWith(EVAL) ? text : EVAL + text.strip()).id();
  }

  @Override
  public String toString() {
    return (eval ? EVAL : CAMPAIGN) + id;
  }
}
