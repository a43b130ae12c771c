package io.evalctl.sandbox;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Warm sandboxes, and a lease on one for each query. With a pool of 0 there is a sandbox for each
 * query, started when it is asked for. Sandboxes are started, reset and ended on threads of the
 * pool; its lock is never held meanwhile. Thread-safe.
 *
 * <p>It is longer than other files because all of it turns on one lock and the counts under it.
 */
public final class ContainerPool implements SandboxSource, AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration RESET = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Duration HEALTH = Duration.ofSeconds(2);

  private final SandboxBackend backend;
  private final SandboxSettings settings;
  private final SandboxListener listener;
  private final TimeSource time;
  private final ExecutorService work =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sandbox-pool");
            thread.setDaemon(true);
            return thread;
          });

  private final Object lock = new Object();
  private final Deque<WireExecutor> idle = new ArrayDeque<>();
  private final Deque<CompletableFuture<WireExecutor>> waiting = new ArrayDeque<>();
  private final Set<WireExecutor> live = new HashSet<>();
  private final Set<WireExecutor> leaving = new HashSet<>();
  private int starting;
  private int returning;
  private long started;
  private long discarded;
  private boolean stopped;

  ContainerPool(
      SandboxBackend backend, SandboxSettings settings, SandboxListener listener, TimeSource time) {
    this.backend = backend;
    this.settings = settings;
    this.listener = listener;
    this.time = time;
  }

  /** What confines the code: "docker 20.10.24 (API 1.41), image python:3.13-slim". */
  public String description() {
    return backend.description();
  }

  /** Begins to warm as many as the pool keeps, in parallel; does not wait for them. Idempotent. */
  public void start() {
    synchronized (lock) {
      checkOpen();
      startMissing();
    }
  }

  /**
   * A sandbox: an idle one at once, else a new one while there are fewer than the most allowed,
   * else the next that is returned. Who asks first is served first.
   *
   * @throws EvalctlException DEADLINE_EXCEEDED, INTERRUPTED, SANDBOX_UNAVAILABLE after {@link
   *     #stop}, and whatever kept a new one from starting
   */
  @Override
  public SandboxLease acquire(Deadline deadline) {
    while (true) {
      WireExecutor executor = next(deadline);
      if (healthy(executor)) {
        return new Lease(executor, this::release);
      }
      leave(executor);
    }
  }

  private WireExecutor next(Deadline deadline) {
    CompletableFuture<WireExecutor> turn;
    synchronized (lock) {
      checkOpen();
      if (waiting.isEmpty() && !idle.isEmpty()) {
        return idle.pop();
      }
      turn = new CompletableFuture<>();
      waiting.add(turn);
      startMissing();
    }
    try {
      return turn.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp(turn);
      throw new EvalctlException(
          ErrorCode.DEADLINE_EXCEEDED,
          "waited %.1fs for a sandbox: %s"
              .formatted(deadline.length().toNanos() / 1e9, occupation()),
          "allow more sandboxes, or fewer queries at a time",
          e);
    } catch (InterruptedException e) {
      giveUp(turn);
      throw EvalctlException.interrupted("waiting for a sandbox");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EvalctlException failure) {
        throw new EvalctlException(failure.code(), failure.getMessage(), failure.hint(), failure);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private String occupation() {
    SandboxPoolStatistics now = statistics();
    return "%d of at most %d are in use, %d are starting"
        .formatted(now.inUse(), settings.maxSize(), now.starting());
  }

  /** One that came in this very moment goes to the next. */
  private void giveUp(CompletableFuture<WireExecutor> turn) {
    synchronized (lock) {
      waiting.remove(turn);
      if (!turn.cancel(false) && !turn.isCompletedExceptionally()) {
        offer(turn.join());
      }
    }
  }

  private boolean healthy(WireExecutor executor) {
    try {
      executor.ping(Deadline.in(HEALTH, time));
      return true;
    } catch (EvalctlException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        leave(executor);
        throw e;
      }
      return false;
    }
  }

  private void release(WireExecutor executor) {
    boolean keep;
    synchronized (lock) {
      if (stopped) {
        return;
      }
      keep =
          !executor.lost()
              && settings.poolSize() > 0
              && (live.size() <= settings.poolSize() || !waiting.isEmpty());
      returning += keep ? 1 : 0;
    }
    if (!keep) {
      leave(executor);
      return;
    }
    run(
        () -> {
          boolean reset = reset(executor);
          synchronized (lock) {
            returning--;
            if (reset) {
              offer(executor);
            }
          }
          if (!reset) {
            leave(executor);
          }
        });
  }

  private boolean reset(WireExecutor executor) {
    try {
      Deadline deadline = Deadline.in(RESET, time);
      executor.reset(deadline);
      executor.ping(deadline); // its new process starts meanwhile: idle means ready
      return true;
    } catch (EvalctlException e) {
      return false;
    }
  }

  /** Takes it out of the pool at once, and ends it in the background. */
  private void leave(WireExecutor executor) {
    synchronized (lock) {
      if (stopped || !live.remove(executor)) {
        return;
      }
      leaving.add(executor);
    }
    run(
        () -> {
          end(executor, Deadline.in(STOP, time));
          synchronized (lock) {
            leaving.remove(executor);
            discarded++;
            if (!stopped) {
              startMissing();
            }
            lock.notifyAll();
          }
        });
  }

  private void end(WireExecutor executor, Deadline deadline) {
    try {
      executor.kill(deadline);
    } catch (RuntimeException e) {
      listener.left(executor.name(), e);
    }
  }

  /** For who waits, and up to what the pool keeps. Called with the lock. */
  private void startMissing() {
    int wanted = Math.max(waiting.size() - returning, settings.poolSize() - live.size());
    int room = settings.maxSize() - live.size() - leaving.size();
    while (starting < Math.min(wanted, room)) {
      starting++;
      run(this::startOne);
    }
  }

  private void startOne() {
    WireExecutor executor = null;
    RuntimeException failure = null;
    try {
      Deadline deadline = Deadline.in(START, time);
      executor = new WireExecutor(backend, deadline, settings.grace(), time);
      executor.ping(deadline);
    } catch (RuntimeException e) {
      failure = e;
      if (executor != null) {
        end(executor, Deadline.in(STOP, time));
      }
    }
    boolean late;
    synchronized (lock) {
      starting--;
      late = stopped;
      if (failure != null) {
        CompletableFuture<WireExecutor> first = waiting.poll();
        if (first != null) {
          first.completeExceptionally(failure);
        }
        if (!waiting.isEmpty()) {
          startMissing();
        }
      } else {
        started++;
        live.add(executor);
        if (!late) {
          offer(executor);
        }
      }
      if (!late) {
        lock.notifyAll();
      }
    }
    if (late) {
      if (failure == null) {
        end(executor, Deadline.in(STOP, time));
      }
      synchronized (lock) {
        live.remove(executor);
        lock.notifyAll();
      }
    }
  }

  /** To who has waited longest, else to the idle ones. Called with the lock. */
  private void offer(WireExecutor executor) {
    if (stopped) {
      return;
    }
    for (CompletableFuture<WireExecutor> turn = waiting.poll();
        turn != null;
        turn = waiting.poll()) {
      if (turn.complete(executor)) {
        return;
      }
    }
    idle.push(executor);
  }

  private void checkOpen() {
    if (stopped) {
      throw closed();
    }
  }

  private static EvalctlException closed() {
    return new EvalctlException(
        ErrorCode.SANDBOX_UNAVAILABLE, "the pool of sandboxes has been stopped", null);
  }

  /** How it stands now. */
  public SandboxPoolStatistics statistics() {
    synchronized (lock) {
      return new SandboxPoolStatistics(
          idle.size(), live.size() - idle.size(), starting, started, discarded);
    }
  }

  /** Runs something on one of the pool's threads; what it throws is told to the listener. */
  void inBackground(Runnable task) {
    run(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            listener.note(String.valueOf(e.getMessage()));
          }
        });
  }

  private void run(Runnable task) {
    try {
      work.execute(task);
    } catch (RejectedExecutionException e) {
      // stopped, and what there was is being ended there
    }
  }

  /**
   * Ends every sandbox in parallel, those in use too, and whoever waits for one; returns when
   * nothing is left, after five seconds at the latest. What could not be ended by then is told to
   * the listener. Idempotent.
   */
  public void stop() {
    List<WireExecutor> all;
    synchronized (lock) {
      if (stopped) {
        return;
      }
      stopped = true;
      all = new ArrayList<>(live); // those that are leaving are being ended already
      idle.clear();
      waiting.forEach(turn -> turn.completeExceptionally(closed()));
      waiting.clear();
    }
    Deadline deadline = Deadline.in(STOP, time);
    for (WireExecutor executor : all) {
      run(
          () -> {
            end(executor, deadline);
            synchronized (lock) {
              live.remove(executor);
              lock.notifyAll();
            }
          });
    }
    boolean interrupted = Thread.interrupted();
    synchronized (lock) {
      while (live.size() + leaving.size() + starting > 0 && !deadline.expired()) {
        try {
          lock.wait(Math.max(1, deadline.remaining().toMillis()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (live.size() + leaving.size() + starting > 0) {
        listener.note(
            "%d sandboxes did not end within %d s; evalctl heal removes them"
                .formatted(live.size() + leaving.size() + starting, STOP.toSeconds()));
      }
    }
    work.shutdownNow();
    backend.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
  }
}
