package io.evalctl.subject.compose.fault;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;

/** How a shell script ended. */
record ShellEnd(int exitCode, String out, String err) {

  /**
   * What it printed, if it ended well.
   *
   * @param what completes the sentence "... failed"
   */
  String require(ErrorCode code, String what) {
    if (exitCode != 0) {
      String words = err.isBlank() ? "exit status " + exitCode : err.strip();
      String missing =
          words.contains("not found") ? "install iptables, iproute2 and util-linux" : null;
      throw new EvalctlException(code, what + " failed: " + words, missing);
    }
    return out;
  }
}
