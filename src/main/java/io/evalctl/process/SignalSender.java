package io.evalctl.process;

import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Sends signals with kill(1), which every Linux and macOS has; the JDK can only send TERM and KILL.
 */
final class SignalSender {
  private SignalSender() {}

  /**
   * @param target a process id, or a negative process group id
   */
  static boolean send(Signal signal, String target) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-s", signal.name(), "--", target)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("sending SIG" + signal + " to " + target);
    }
  }
}
