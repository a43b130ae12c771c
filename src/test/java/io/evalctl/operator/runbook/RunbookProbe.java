package io.evalctl.operator.runbook;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.EvalctlException;

/** Runs the runbook in a process of its own. */
final class RunbookProbe {
  private RunbookProbe() {}

  public static void main(String[] args) {
    try {
      System.exit(RunbookOperator.run(System.getenv(), System.out, TimeSource.system()));
    } catch (EvalctlException e) {
      System.out.println(e.getMessage());
      System.exit(e.code().kind().exitCode());
    }
  }
}
