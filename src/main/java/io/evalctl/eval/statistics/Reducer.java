package io.evalctl.eval.statistics;

import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes one value, from 0 to 1, of a case's epochs.
 *
 * @param k for {@code PASS_AT} and {@code PASS_ALL}, else 0
 */
public record Reducer(Kind kind, int k) {
  /** The mean of the values. */
  public static final Reducer MEAN = new Reducer(Kind.MEAN, 0);

  private static final Pattern PASS = Pattern.compile("pass([@^])([0-9]{1,6})");

  /** How. */
  public enum Kind {
    MEAN,
    /** The middle value; of an even number of epochs the mean of the two in the middle. */
    MEDIAN,
    /** The most frequent value; of several equally frequent ones the lowest. */
    MODE,
    MAX,
    /**
     * The chance that at least one of k epochs passes: 1 - C(n-c,k)/C(n,k) with c of n passed (M.
     * Chen et al., "Evaluating large language models trained on code", arXiv 2107.03374, 2021).
     */
    PASS_AT,
    /**
     * The chance that all of k epochs pass: C(c,k)/C(n,k) (S. Yao et al., "tau-bench", arXiv
     * 2406.12045, 2024).
     */
    PASS_ALL
  }

  public Reducer {
    boolean takesK = kind == Kind.PASS_AT || kind == Kind.PASS_ALL;
    if (takesK ? k < 1 : k != 0) {
      throw new IllegalArgumentException(kind + " with k " + k);
    }
  }

  /**
   * Reads {@code mean}, {@code median}, {@code mode}, {@code max}, {@code pass@K} or {@code
   * pass^K}.
   *
   * @throws EvalctlException USAGE
   */
  public static Reducer parse(String text) {
    Matcher pass = PASS.matcher(text);
    if (pass.matches() && Integer.parseInt(pass.group(2)) > 0) {
      Kind kind = pass.group(1).equals("@") ? Kind.PASS_AT : Kind.PASS_ALL;
      return new Reducer(kind, Integer.parseInt(pass.group(2)));
    }
    List<String> plain = Stream.of("mean", "median", "mode", "max").toList();
    if (!plain.contains(text)) {
      List<String> known = new ArrayList<>(plain);
      known.addAll(List.of("pass@K", "pass^K"));
      throw EvalctlException.usage(
          "there is no epochs reducer '" + text + "'", Suggestion.among(text, known));
    }
    return new Reducer(Kind.valueOf(text.toUpperCase(Locale.ROOT)), 0);
  }

  /** As {@link #parse} reads it. */
  public String label() {
    return switch (kind) {
      case PASS_AT -> "pass@" + k;
      case PASS_ALL -> "pass^" + k;
      case MEAN, MEDIAN, MODE, MAX -> kind.name().toLowerCase(Locale.ROOT);
    };
  }

  /**
   * To be asked before a run.
   *
   * @throws EvalctlException USAGE when so few epochs cannot be reduced
   */
  public void requireEpochs(int epochs) {
    if (k > epochs) {
      throw EvalctlException.usage(
          label()
              + " needs at least "
              + k
              + " epochs, and there "
              + (epochs == 1 ? "is 1" : "are " + epochs),
          "run with --epochs " + k + " or more");
    }
  }

  /**
   * @param epochs all of a case's, the ones that erred too; at least one
   * @throws EvalctlException USAGE when there are fewer than k
   */
  public double reduce(List<EpochScore> epochs) {
    if (epochs.isEmpty()) {
      throw new IllegalArgumentException("no epochs");
    }
    requireEpochs(epochs.size());
    double[] values = epochs.stream().mapToDouble(EpochScore::value).sorted().toArray();
    int n = values.length;
    int passed = (int) epochs.stream().filter(EpochScore::passed).count();
    return switch (kind) {
      case MEAN -> Arrays.stream(values).sum() / n;
      case MEDIAN -> (values[(n - 1) / 2] + values[n / 2]) / 2;
      case MODE -> mode(values);
      case MAX -> values[n - 1];
      case PASS_AT -> 1 - share(n - passed, n);
      case PASS_ALL -> share(passed, n);
    };
  }

  /** C(m,k)/C(n,k) as a product, since the binomials themselves soon leave a double's range. */
  private double share(int m, int n) {
    double share = 1;
    for (int i = 0; i < k; i++) {
      share *= (double) Math.max(0, m - i) / (n - i);
    }
    return share;
  }

  private static double mode(double[] sorted) {
    Map<Double, Integer> counts = new TreeMap<>();
    for (double value : sorted) {
      counts.merge(value, 1, Integer::sum);
    }
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() == most)
        .mapToDouble(Map.Entry::getKey)
        .min()
        .orElseThrow();
  }
}
