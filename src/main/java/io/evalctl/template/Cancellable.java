package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work that waits for a server, where an interrupt does not reach it: it has a thread of its own,
 * and is cancelled on the server.
 */
final class Cancellable {
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final Duration CANCEL_AGAIN = Duration.ofMillis(100);
  private static final Duration END_LIMIT = Duration.ofSeconds(8);

  private Cancellable() {}

  /**
   * Runs it to its end, and throws what it throws.
   *
   * @param what completes "waited 3.0s for ..."
   * @param cancel makes the work fail soon; called again until it has
   * @throws EvalctlException DEADLINE_EXCEEDED, INTERRUPTED; the work has ended then
   */
  static <T> T run(String what, Deadline deadline, Callable<T> work, Runnable cancel) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "evalctl-database");
    thread.setDaemon(true);
    thread.start();
    try {
      Waiter.until(what, deadline, LOOK, task::isDone);
    } catch (EvalctlException e) {
      boolean interrupted = e.code() == ErrorCode.INTERRUPTED;
      try {
        thread.interrupt();
        Waiter.reached(
            "the end of " + what,
            Deadline.in(END_LIMIT, deadline.time()),
            CANCEL_AGAIN,
            () -> {
              if (!task.isDone()) {
                cancel.run();
              }
              return task.isDone();
            });
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      throw e;
    }
    return result(task);
  }

  private static <T> T result(FutureTask<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("using a database");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
