package io.evalctl.report;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.commons.statistics.descriptive.Median;

/**
 * A time over many trials. A trial that hit its deadline first is censored: it is counted, but its
 * time is unknown.
 *
 * @param medianMs median over the trials that got there, or null when none did
 * @param reached how many got there
 * @param censored how many did not
 */
public record TimeSummary(Double medianMs, int reached, int censored) {

  /** Nulls stand for trials that did not get there. */
  static TimeSummary of(Collection<Long> timesMs) {
    List<Long> reached = timesMs.stream().filter(Objects::nonNull).toList();
    Double median =
        reached.isEmpty()
            ? null
            : Median.withDefaults()
                .evaluate(reached.stream().mapToDouble(Long::doubleValue).toArray());
    return new TimeSummary(median, reached.size(), timesMs.size() - reached.size());
  }
}
