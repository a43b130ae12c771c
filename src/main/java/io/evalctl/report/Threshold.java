package io.evalctl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.evalctl.results.RunReference;
import java.util.List;

/**
 * One threshold that was given, and what one run made of it.
 *
 * @param name that of the option
 * @param limit as the option gives it: a share from 0 to 1, a number, or milliseconds
 * @param value in the unit of the limit; null where there is none to compare
 * @param message what to say where it is missed
 */
public record Threshold(
    String name, RunReference run, double limit, Double value, boolean met, String message) {

  static final String FAIL_ON_ERROR = "fail-on-error";

  /** Whether it says that a run passed, too. */
  boolean decides() {
    return !name.equals(FAIL_ON_ERROR);
  }

  static void write(List<Threshold> thresholds, ArrayNode list) {
    for (Threshold threshold : thresholds) {
      list.addObject()
          .put("name", threshold.name())
          .put("run", threshold.run().toString())
          .put("limit", threshold.limit())
          .put("value", threshold.value())
          .put("met", threshold.met());
    }
  }
}
