package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.Waiter;
import io.evalctl.error.EvalctlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Drops clones on threads of its own. What cannot be dropped is tried again later, and reported
 * when that does not help either. Thread-safe.
 */
final class CloneDropper implements CloneTurnover.Drops {
  /** As many as make clones: they share their checkpoints. */
  private static final int CONNECTIONS = 2;

  /** Who returns clones faster than they can be dropped has to wait: disks are finite. */
  private static final int MOST_WAITING = 8;

  private static final int MOST_ATTEMPTS = 5;
  private static final long RETRY_MILLIS = 200;
  private static final Duration LOOK = Duration.ofMillis(1);
  private static final Duration ROOM_LIMIT = Duration.ofSeconds(60);

  private final ServerSession session;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Deque<Connection> connections = new ConcurrentLinkedDeque<>();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          CONNECTIONS,
          work -> {
            Thread created = new Thread(work, "evalctl-drops");
            created.setDaemon(true);
            return created;
          });

  CloneDropper(ServerSession session) {
    this.session = session;
  }

  /** Ends all sessions of a clone and drops it, soon. */
  @Override
  public void drop(String clone) {
    waiting.incrementAndGet();
    threads.execute(() -> attempt(clone, 1));
    boolean interrupted = Thread.interrupted();
    try {
      Waiter.reached(
          "clones to be dropped",
          Deadline.in(ROOM_LIMIT, session.time()),
          LOOK,
          () -> waiting.get() <= MOST_WAITING);
    } catch (EvalctlException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does something else that can wait. */
  @Override
  public void later(Runnable work, Duration delay) {
    threads.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public boolean idle() {
    return waiting.get() == 0;
  }

  /** Waits until all is dropped or given up. */
  void await(Deadline deadline) {
    Waiter.reached("clones to be dropped", deadline, LOOK, this::idle);
  }

  /** Ends without a look back: the server is gone. */
  void abandon() {
    threads.shutdownNow();
  }

  /** As {@link #await}, and ends. */
  void close(Deadline deadline) {
    await(deadline);
    threads.shutdownNow();
    Waiter.reached("the last drop", deadline, LOOK, threads::isTerminated);
    connections.forEach(CloneDropper::disconnect);
  }

  private void attempt(String clone, int number) {
    Connection admin = null;
    try {
      admin = connections.poll();
      if (admin == null) {
        admin = session.server().maintenance();
      }
      Sql.run(admin, "drop database if exists " + Sql.name(clone) + " with (force)");
      connections.push(admin);
      session.intents().gone(clone);
      waiting.decrementAndGet();
    } catch (SQLException e) {
      disconnect(admin);
      boolean hopeless = session.server().obituary() != null;
      if (number < MOST_ATTEMPTS && !hopeless) {
        threads.schedule(
            () -> attempt(clone, number + 1), RETRY_MILLIS * number, TimeUnit.MILLISECONDS);
        return;
      }
      waiting.decrementAndGet();
      // Of a server that is gone the session tells once, at its end.
      if (!DatabaseError.lost(e)) {
        session.listener().dropFailed(clone, DatabaseError.reason(session.server().address(), e));
      }
    } catch (RuntimeException e) {
      waiting.decrementAndGet();
      session.listener().dropFailed(clone, String.valueOf(e.getMessage()));
    }
  }

  private static void disconnect(Connection admin) {
    if (admin != null) {
      try {
        admin.close();
      } catch (SQLException e) {
        // it was of no use any more
      }
    }
  }
}
