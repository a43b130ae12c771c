package io.evalctl.eval.dataset.source;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with one file, so that it can be said at once. Not thread-safe. */
public final class Problems {
  private static final int MOST_SHOWN = 10;
  private static final String HINT = "evalctl eval --schema prints what a dataset may hold";

  private final Path file;
  private final List<Problem> found = new ArrayList<>();

  public Problems(Path file) {
    this.file = file;
  }

  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /**
   * @throws EvalctlException INVALID_DATASET with the first ten, in the order of their lines
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw exception();
    }
  }

  private EvalctlException exception() {
    if (found.size() == 1) {
      Problem only = found.get(0);
      return new EvalctlException(
          ErrorCode.INVALID_DATASET,
          "dataset " + file + ", " + only.place() + ": " + only.message(),
          only.hint() == null ? HINT : only.hint());
    }
    String list =
        found.stream()
            .sorted(Comparator.comparingInt(Problem::line))
            .limit(MOST_SHOWN)
            .map(problem -> "\n  " + problem.inOneLine())
            .collect(Collectors.joining());
    String more =
        found.size() > MOST_SHOWN ? "\n  and " + (found.size() - MOST_SHOWN) + " more" : "";
    return new EvalctlException(
        ErrorCode.INVALID_DATASET,
        "dataset " + file + " has " + found.size() + " errors:" + list + more,
        HINT);
  }

  /** One problem that leaves nothing more to look at. */
  public static EvalctlException only(Path file, int line, String message, String hint) {
    return only(file, line, "", message, hint);
  }

  /** As above, at a path. */
  public static EvalctlException only(
      Path file, int line, String path, String message, String hint) {
    Problems problems = new Problems(file);
    problems.add(new Problem(line, path, message, hint));
    return problems.exception();
  }
}
