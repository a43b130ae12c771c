package io.evalctl.eval.scorer;

import io.evalctl.eval.dataset.source.Fields;
import java.math.BigDecimal;

/** From which value on a score has passed. */
final class Thresholds {
  private Thresholds() {}

  /** The field {@code threshold}, more than 0 and at most 1. */
  static double read(Fields fields, double otherwise) {
    BigDecimal threshold = fields.amount("threshold");
    if (threshold == null) {
      return otherwise;
    }
    if (threshold.signum() == 0 || threshold.compareTo(BigDecimal.ONE) > 0) {
      fields.wrong("threshold", "must be more than 0 and at most 1", null);
    }
    return threshold.doubleValue();
  }
}
