package io.evalctl.campaign;

import io.evalctl.error.EvalctlException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a trial combines. */
public enum Arm {
  /** Fault and operator. */
  AGENT,
  /** Fault, no operator: what heals by itself. */
  BASELINE,
  /** Operator, no fault: false alarms. */
  CONTROL;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether an operator takes part. */
  public boolean hasOperator() {
    return this != BASELINE;
  }

  /** Whether a fault is made. */
  public boolean hasFault() {
    return this != CONTROL;
  }

  public static Arm parse(String text) {
    return Arrays.stream(values())
        .filter(arm -> arm.label().equals(text.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                EvalctlException.usage(
                    "there is no arm '" + text + "'",
                    "arms: "
                        + Arrays.stream(values())
                            .map(Arm::label)
                            .collect(Collectors.joining(", "))));
  }

  /** Reads a list; each arm at most once. */
  static List<Arm> parseAll(List<String> texts) {
    List<Arm> arms = texts.stream().map(Arm::parse).distinct().toList();
    if (arms.isEmpty()) {
      throw EvalctlException.usage("no arm is given", "arms: agent, baseline, control");
    }
    return arms;
  }
}
