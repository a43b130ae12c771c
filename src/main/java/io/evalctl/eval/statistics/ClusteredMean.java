package io.evalctl.eval.statistics;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The mean of all samples and its standard error, where samples of one case are no independent
 * evidence. The error is the cluster-robust one of K.-Y. Liang and S. L. Zeger ("Longitudinal data
 * analysis using generalized linear models", Biometrika 73, 1986) with the correction G/(G-1) for
 * few clusters (A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust
 * inference", Journal of Human Resources 50, 2015, section VI.B); E. Miller recommends it for evals
 * ("Adding error bars to evals", arXiv 2411.00640, 2024). With one sample a case it is the plain
 * standard error of the mean.
 *
 * @param samples in all
 * @param cases with a sample
 * @param mean NaN without samples
 * @param standardError empty with fewer than two cases
 */
public record ClusteredMean(int samples, int cases, double mean, OptionalDouble standardError) {

  /**
   * @param values of each case, a value an epoch
   */
  public static ClusteredMean of(Collection<List<Double>> values) {
    List<List<Double>> clusters = values.stream().filter(each -> !each.isEmpty()).toList();
    int n = clusters.stream().mapToInt(List::size).sum();
    int g = clusters.size();
    double mean =
        clusters.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).sum() / n;
    if (g < 2) {
      return new ClusteredMean(n, g, mean, OptionalDouble.empty());
    }
    double squares = 0;
    for (List<Double> cluster : clusters) {
      double deviation = cluster.stream().mapToDouble(value -> value - mean).sum();
      squares += deviation * deviation;
    }
    double variance = (double) g / (g - 1) * squares / ((double) n * n);
    return new ClusteredMean(n, g, mean, OptionalDouble.of(Math.sqrt(variance)));
  }
}
