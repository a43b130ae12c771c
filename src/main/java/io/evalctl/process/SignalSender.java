package io.evalctl.process;

import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Sends signals with kill(1), which every Linux and macOS has; the JDK can only send TERM and KILL.
 * Who ends evalctl by a signal to its whole process group may hit kill(1) instead; it is started
 * again then.
 */
final class SignalSender {
  /** From here on, exit codes are those of programs that were ended by a signal. */
  private static final int KILLED = 128;

  private static final int MOST_TRIES = 3;

  private SignalSender() {}

  /**
   * @param target a process id, or a negative process group id
   */
  static boolean send(Signal signal, String target) {
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        OptionalInt status = kill(signal, target);
        if (status.isPresent() && status.getAsInt() < KILLED) {
          return status.getAsInt() == 0;
        }
      }
      return false;
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("sending SIG" + signal + " to " + target);
    }
  }

  /** Its exit code; nothing when it does not end, or was hit before it had become kill(1). */
  private static OptionalInt kill(Signal signal, String target) throws InterruptedException {
    try {
      Process kill =
          new ProcessBuilder("kill", "-s", signal.name(), "--", target)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return kill.waitFor(5, TimeUnit.SECONDS)
          ? OptionalInt.of(kill.exitValue())
          : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
