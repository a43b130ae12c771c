package io.evalctl.eval.scorer;

import io.evalctl.eval.dataset.source.Fields;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern of java.util.regex is found in the answer, or matches the whole of it.
 *
 * @param whole whether all of the answer, but for white space around it, must match
 */
record RegexScorer(String label, Pattern pattern, boolean whole) implements Scorer {

  static Scorer read(String label, Fields fields) {
    fields.knows("pattern", "ignoreCase", "whole");
    int flags = Pattern.UNICODE_CASE;
    flags |= fields.flag("ignoreCase", false) ? Pattern.CASE_INSENSITIVE : 0;
    Pattern pattern = null;
    String text = fields.requiredText("pattern");
    if (text != null) {
      try {
        pattern = Pattern.compile(text, flags);
      } catch (PatternSyntaxException e) {
        fields.wrong(
            "pattern",
            "is no regular expression: " + e.getDescription() + " at character " + e.getIndex(),
            null);
      } catch (StackOverflowError e) {
        fields.wrong("pattern", "is nested too deep", null);
      }
    }
    return new RegexScorer(label, pattern, fields.flag("whole", false));
  }

  @Override
  public Score score(Evidence evidence) {
    String answer = whole ? evidence.text().strip() : evidence.text();
    Matcher matcher =
        pattern.matcher(new BoundedText(answer, BoundedText.MOST_STEPS, evidence.deadline()));
    try {
      if (whole ? matcher.matches() : matcher.find()) {
        return Score.pass("found '" + JsonValues.shown(matcher.group()) + "'");
      }
      return Score.fail((whole ? "the answer does not match " : "not found: ") + pattern);
    } catch (BoundedText.Exhausted | StackOverflowError e) {
      throw ScorerFailure.of(
          label,
          evidence,
          "gave up: the pattern backtracks too much over this answer: " + pattern,
          "write it without repetition inside repetition, or with possessive quantifiers (++)",
          null);
    }
  }
}
