package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import java.io.OutputStream;

/** A supervisor that runs, confined, and the streams to it. */
interface SandboxProcess {
  /** Takes what the supervisor says. One thread calls it. */
  interface Output {
    void output(byte[] data, int length);

    /**
     * There is no more to come.
     *
     * @param why completes the sentence "the sandbox is lost: ..."
     */
    void end(String why);
  }

  /** What a reader of messages knows it by. */
  String name();

  /** Where the host's lines go; flushed by the writer. */
  OutputStream input();

  /** What it said on its standard error, for the error message. */
  String lastWords();

  /**
   * Ends it and all that is in it; returns when nothing of it is left. Idempotent, for any thread.
   *
   * @throws io.evalctl.error.EvalctlException when something may be left
   */
  void kill(Deadline deadline);
}
