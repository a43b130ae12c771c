package io.evalctl.eval.dataset;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import io.evalctl.error.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is done with a case's input. */
public enum TaskKind {
  /** It is sent to the model, turn by turn. */
  CHAT,
  /** The Recursive Language Model engine answers it. */
  RLM,
  /** A program gets it. */
  EXEC;

  /** As datasets and results write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(TaskKind::label).toList();
  }

  static Optional<TaskKind> find(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  /**
   * @throws EvalctlException INVALID_INPUT
   */
  public static TaskKind parse(String label) {
    return find(label)
        .orElseThrow(
            () ->
                new EvalctlException(
                    ErrorCode.INVALID_INPUT,
                    "there is no task '" + label + "'",
                    Suggestion.among(label, labels())));
  }
}
