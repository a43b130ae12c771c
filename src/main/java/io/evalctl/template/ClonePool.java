package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Clones of one template, some of them made ahead by threads of its own. A failure is told to the
 * one who asks next, and then tried again. Thread-safe.
 */
final class ClonePool {
  private static final Duration LOOK = Duration.ofMillis(1);

  /** One connection cannot keep up with a session that does little else than leasing. */
  private static final int MOST_CREATORS = 2;

  private final Deque<CloneFactory> factories = new ConcurrentLinkedDeque<>();
  private final int ahead;
  private final int creators;
  private final Duration patience;
  private final CloneTurnover turnover;
  private final TimeSource time;
  private final ExecutorService creator;
  private final Deque<Future<Clone>> coming = new ArrayDeque<>();
  private volatile boolean closed;

  /**
   * @param factories makes one for each thread
   * @param patience how long building the template again may take
   */
  ClonePool(
      Supplier<CloneFactory> factories,
      int ahead,
      Duration patience,
      CloneTurnover turnover,
      TimeSource time) {
    this.creators = Math.max(1, Math.min(MOST_CREATORS, ahead));
    for (int i = 0; i < creators; i++) {
      this.factories.add(factories.get());
    }
    this.ahead = ahead;
    this.patience = patience;
    this.turnover = turnover;
    this.time = time;
    this.creator =
        Executors.newFixedThreadPool(
            creators,
            work -> {
              Thread thread = new Thread(work, "evalctl-clones");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @throws EvalctlException what creating it threw, DEADLINE_EXCEEDED, INTERRUPTED
   */
  Clone take(Deadline deadline) {
    turnover.asked();
    Future<Clone> mine;
    try {
      mine = await(deadline);
    } finally {
      turnover.served();
    }
    // Only now, so that making the next one does not slow this one down.
    turnover.taken(this::refill);
    return result(mine);
  }

  private Future<Clone> await(Deadline deadline) {
    Future<Clone> mine = next();
    try {
      Waiter.until("a clone of the template", deadline, Waiter.Notice.of(mine));
      return mine;
    } catch (EvalctlException e) {
      giveBack(mine);
      throw e;
    }
  }

  /** Makes clones ahead. */
  void refill() {
    order(ahead);
  }

  /** Ends, and gives what was never taken. */
  List<Clone> close(Deadline deadline) {
    List<Future<Clone>> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(coming);
      coming.clear();
    }
    creator.shutdown();
    List<Clone> clones = new ArrayList<>();
    for (Future<Clone> future : left) {
      Waiter.reached("the last clone", deadline, Waiter.Notice.of(future));
      finished(future).ifPresent(clones::add);
    }
    Waiter.reached("the last clone", deadline, LOOK, creator::isTerminated);
    factories.forEach(CloneFactory::close);
    return clones;
  }

  /** Ends without a look back: the server is about to go with all that is on it. */
  void abandon() {
    synchronized (this) {
      closed = true;
      coming.clear();
    }
    creator.shutdownNow();
  }

  private synchronized Future<Clone> next() {
    if (closed) {
      throw new IllegalStateException("the pool is closed");
    }
    // Failures of earlier attempts say nothing about this one.
    coming.removeIf(future -> future.isDone() && finished(future).isEmpty());
    if (coming.isEmpty()) {
      // Only this one, unless it is used up quickly: making another would slow it down.
      order(turnover.turn() ? creators : 1);
    }
    return coming.poll();
  }

  private synchronized void giveBack(Future<Clone> unwanted) {
    coming.addFirst(unwanted);
  }

  private synchronized void order(int count) {
    while (!closed && coming.size() < count) {
      coming.add(order());
    }
  }

  /** What has not begun when the pool is closed comes to nothing. */
  private Future<Clone> order() {
    return creator.submit(this::create);
  }

  private Clone create() {
    if (closed) {
      return null;
    }
    turnover.awaitDropped();
    CloneFactory factory = factories.remove();
    try {
      return factory.create(Deadline.in(patience, time));
    } finally {
      factories.add(factory);
    }
  }

  private static Optional<Clone> finished(Future<Clone> future) {
    try {
      return future.isDone() ? Optional.ofNullable(future.get()) : Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Clone result(Future<Clone> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("waiting for a clone");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EvalctlException failure) {
        throw new EvalctlException(failure.code(), failure.getMessage(), failure.hint(), failure);
      }
      throw new EvalctlException(
          ErrorCode.INTERNAL_ERROR, "a clone failed: " + e.getCause(), null, e);
    }
  }
}
