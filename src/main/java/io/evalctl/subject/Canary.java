package io.evalctl.subject;

import io.evalctl.clock.Deadline;

/**
 * A client of the subject that writes and reads at a fixed rate, open loop: an operation is due
 * when its time has come, whether or not earlier ones are back. Thread-safe.
 */
public interface Canary extends AutoCloseable {

  /** Begins. Operations are reported to the listener given when it was opened. */
  void start();

  /** Issues no more operations and waits, to the deadline, for those under way. Idempotent. */
  void stop(Deadline deadline);

  /** Reads every acknowledged write back from every node that serves. Call after {@link #stop}. */
  LedgerCheck verify(Deadline deadline);

  @Override
  void close();
}
