package io.evalctl.campaign;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps that must all be taken. An interrupt does not cut them short: it is put aside while they
 * run, and is there again afterwards. A step that an interrupt has met is taken once more, so every
 * step must bear that. Not thread-safe.
 */
final class Cleanup {
  private final List<Runnable> steps = new ArrayList<>();
  private boolean interrupted;

  void add(Runnable step) {
    steps.add(step);
  }

  /** Takes every step; the first failure is thrown at the end, the others are attached to it. */
  void run() {
    interrupted = Thread.interrupted();
    RuntimeException first = null;
    for (Runnable step : steps) {
      try {
        take(step);
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first != null) {
      throw first;
    }
  }

  private void take(Runnable step) {
    RuntimeException failure = null;
    try {
      step.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    boolean met = Thread.interrupted() || isInterrupt(failure);
    if (met) {
      interrupted = true;
      step.run();
    } else if (failure != null) {
      throw failure;
    }
  }

  private static boolean isInterrupt(RuntimeException failure) {
    return failure instanceof EvalctlException known && known.code() == ErrorCode.INTERRUPTED;
  }
}
