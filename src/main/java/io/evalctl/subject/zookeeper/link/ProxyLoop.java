package io.evalctl.subject.zookeeper.link;

import io.evalctl.clock.TimeSource;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that moves all data: a selector with timers. Only {@link #call} and {@link #close}
 * may be called from other threads.
 */
final class ProxyLoop implements AutoCloseable {
  /** Hears that its channel is ready. */
  interface Ready {
    void ready(int operations);
  }

  private record Timer(long dueNanos, Runnable task) {}

  private static final Logger LOG = LoggerFactory.getLogger(ProxyLoop.class);
  private static final long PATIENCE_SECONDS = 5;

  /** A connection that was opened, used and given up takes three; a stream would never end. */
  private static final int MOST_STEPS = 8;

  private final TimeSource time;
  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos));
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private volatile boolean closing;

  ProxyLoop(String threadName, TimeSource time) {
    this.time = time;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new EvalctlException(
          ErrorCode.SUBJECT_START, "cannot open a selector for the links", null, e);
    }
    thread = new Thread(this::run, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  long now() {
    return time.nanoTime();
  }

  /** For reading into; its content lasts until the next one reads. */
  ByteBuffer buffer() {
    return buffer;
  }

  SelectionKey register(SelectableChannel channel, int operations, Ready ready)
      throws ClosedChannelException {
    return channel.register(selector, operations, ready);
  }

  /** Runs a task at a time of {@link #now}, or up to a millisecond later. */
  void at(long nanos, Runnable task) {
    timers.add(new Timer(nanos, task));
  }

  /**
   * Sees to what has happened up to now, on the loop's thread: it came before what is about to be
   * changed, and is not to be met by it.
   */
  void catchUp() {
    try {
      for (int i = 0; i < MOST_STEPS && selector.selectNow(this::dispatch) > 0; i++) {
        // One look shows one step of each connection.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a task on the loop's thread and waits for its end. */
  void call(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    calls.add(
        () -> {
          try {
            task.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    try {
      done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("changing the links");
    } catch (ExecutionException | TimeoutException e) {
      throw new EvalctlException(
          ErrorCode.INTERNAL_ERROR,
          closing ? "the links are closed" : "the links' thread does not answer",
          null,
          e);
    }
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(this::dispatch, patienceMillis());
        for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
          call.run();
        }
        long now = now();
        while (!timers.isEmpty() && timers.peek().dueNanos() - now <= 0) {
          run(timers.poll());
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("the links' thread ends", e);
    } finally {
      closeAll();
    }
  }

  private static void run(Timer timer) {
    try {
      timer.task().run();
    } catch (RuntimeException e) {
      LOG.error("a link's timer fails", e);
    }
  }

  /** Until the next timer, rounded up; 0 means without end. */
  private long patienceMillis() {
    if (!calls.isEmpty()) {
      return 1;
    }
    if (timers.isEmpty()) {
      return 0;
    }
    long nanos = timers.peek().dueNanos() - now();
    return Math.max(1, (nanos + 999_999) / 1_000_000);
  }

  /** A defect met on one connection must not cut all the others. */
  private void dispatch(SelectionKey key) {
    try {
      if (key.isValid()) {
        ((Ready) key.attachment()).ready(key.readyOps());
      }
    } catch (RuntimeException e) {
      LOG.error("a link fails", e);
      close(key.channel());
    }
  }

  private static void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a link's channel", e);
    }
  }

  private void closeAll() {
    closing = true;
    selector.keys().forEach(key -> close(key.channel()));
    try {
      selector.close();
    } catch (IOException e) {
      LOG.warn("closing the links", e);
    }
  }

  /** Ends the thread and closes every channel. Idempotent. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      throw EvalctlException.interrupted("closing the links");
    }
  }
}
