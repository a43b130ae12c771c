package io.evalctl.eval.dataset;

import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which cases of a dataset to run: those whose names fit any of the globs, and of these the ones in
 * a range. Immutable.
 */
public final class CaseSelection {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

  private final List<String> globs;
  private final int from;
  private final int to;

  private CaseSelection(List<String> globs, int from, int to) {
    this.globs = List.copyOf(globs);
    this.from = from;
    this.to = to;
  }

  /**
   * @param globs {@code *} stands for any text, {@code ?} for any one character; none for all cases
   * @param limit {@code N}, the first N; {@code A-B}, from the Ath to the Bth counted from 1; or
   *     null
   * @throws EvalctlException USAGE
   */
  public static CaseSelection of(List<String> globs, String limit) {
    if (limit == null) {
      return new CaseSelection(globs, 1, Integer.MAX_VALUE);
    }
    Matcher matcher = RANGE.matcher(limit.strip());
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      boolean range = matcher.group(2) != null;
      int from = range ? first : 1;
      int to = range ? Integer.parseInt(matcher.group(2)) : first;
      if (from >= 1 && to >= from) {
        return new CaseSelection(globs, from, to);
      }
    }
    throw EvalctlException.usage(
        "--limit cannot be '" + limit + "'", "write 10 for the first ten, or 11-20");
  }

  /**
   * The chosen cases in the dataset's order.
   *
   * @throws EvalctlException USAGE when a glob fits no case, or nothing is left
   */
  public List<EvalCase> select(List<EvalCase> cases) {
    List<EvalCase> chosen = new ArrayList<>(cases);
    if (!globs.isEmpty()) {
      List<Pattern> patterns = globs.stream().map(CaseSelection::pattern).toList();
      for (int i = 0; i < globs.size(); i++) {
        requireAny(globs.get(i), patterns.get(i), cases);
      }
      chosen.removeIf(
          each -> patterns.stream().noneMatch(pattern -> pattern.matcher(each.name()).matches()));
    }
    if (from > chosen.size()) {
      throw EvalctlException.usage(
          "--limit begins at case " + from + ", and there are " + chosen.size(), null);
    }
    return List.copyOf(chosen.subList(from - 1, Math.min(to, chosen.size())));
  }

  private static void requireAny(String glob, Pattern pattern, List<EvalCase> cases) {
    List<String> names = cases.stream().map(EvalCase::name).toList();
    if (names.stream().noneMatch(name -> pattern.matcher(name).matches())) {
      boolean few = names.size() <= 20;
      throw EvalctlException.usage(
          "no case is called '" + glob + "'",
          few ? Suggestion.among(glob, names) : "the dataset has " + names.size() + " cases");
    }
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (char c : glob.toCharArray()) {
      // Possessive would be wrong here: what follows a star must still find its place.
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
