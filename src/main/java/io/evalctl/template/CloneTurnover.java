package io.evalctl.template;

import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When clones that are given back are dropped, and when others are made for them. Thread-safe.
 *
 * <p>DROP DATABASE forces a checkpoint, and a checkpoint writes what is dirty of all other
 * databases. Of a clone that was copied through the log (strategy WAL_LOG) that is all of it, some
 * three hundred files to be synced, in vain when it is dropped soon. So where such clones are used
 * up quickly, those that are given back are kept until none is ready any more; then they are
 * dropped side by side, and only then the next are made. Where a clone is used for longer, that is
 * done in the meantime, and the files' price is nobody's wait.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createdatabase.html">CREATE
 *     DATABASE</a>
 */
final class CloneTurnover {
  /** What drops, soon. */
  interface Drops {
    void drop(String clone);

    void later(Runnable work, Duration delay);

    /** Whether nothing is about to be dropped. */
    boolean idle();
  }

  /** A clone that is used for longer than this is a slow case's. */
  static final Duration QUIET = Duration.ofMillis(50);

  /** More are not kept: disks are finite, and several may lease at once. */
  static final int MOST_KEPT = 4;

  private static final Duration LOOK = Duration.ofMillis(1);

  /** A drop that does not succeed is tried again, and nobody waits for that. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final Drops drops;
  private final boolean together;
  private final TimeSource time;
  private final List<Runnable> refills = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private int waiting;
  private boolean armed;
  private Deadline quiet;

  /**
   * @param together whether clones are copied through the log
   */
  CloneTurnover(Drops drops, boolean together, TimeSource time) {
    this.drops = drops;
    this.together = together;
    this.time = time;
  }

  /** Adds one that makes clones ahead when there is time for it. */
  synchronized void add(Runnable refill) {
    refills.add(refill);
  }

  /** Somebody waits for a clone; tells {@link #served} in the end. */
  synchronized void asked() {
    waiting++;
  }

  /** Somebody waits no more, whether there was a clone or not. */
  synchronized void served() {
    waiting--;
  }

  /** A clone was taken: another one is to be made for it, now or later. */
  void taken(Runnable refill) {
    if (together) {
      arm();
    } else {
      refill.run();
    }
  }

  /** Drops a clone, now or later. */
  void giveBack(String clone) {
    if (!together) {
      drops.drop(clone);
      return;
    }
    if (keep(clone) >= MOST_KEPT) {
      turn();
    }
    arm();
  }

  /**
   * Drops what was kept: none is ready any more, or it is time to end.
   *
   * @return whether there was any
   */
  boolean turn() {
    List<String> due;
    synchronized (this) {
      due = List.copyOf(kept);
      kept.clear();
    }
    due.forEach(drops::drop);
    return !due.isEmpty();
  }

  /** Lets no clone be made while others are being dropped. */
  void awaitDropped() {
    if (together) {
      Waiter.reached("clones to be dropped", Deadline.in(PATIENCE, time), LOOK, drops::idle);
    }
  }

  private synchronized int keep(String clone) {
    kept.add(clone);
    return kept.size();
  }

  private synchronized void arm() {
    quiet = Deadline.in(QUIET, time);
    if (!armed) {
      armed = true;
      drops.later(this::look, QUIET);
    }
  }

  private void look() {
    List<Runnable> all;
    synchronized (this) {
      if (waiting > 0 || !quiet.expired()) {
        drops.later(this::look, waiting > 0 ? QUIET : quiet.remaining());
        return;
      }
      armed = false;
      all = List.copyOf(refills);
    }
    turn();
    all.forEach(Runnable::run);
  }
}
