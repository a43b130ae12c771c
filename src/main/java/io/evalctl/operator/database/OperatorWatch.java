package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.evalctl.clock.Deadline;
import io.evalctl.clock.TimeSource;
import io.evalctl.clock.Waiter;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Watches an operator's database from a daemon thread of its own and notes when it first sees each
 * change. The file need not exist yet, may be locked or half made for a while, and may be replaced.
 * It is opened read-only; SQLite may still put a {@code -wal} and a {@code -shm} file beside it.
 *
 * <p>The order of a trial is {@link #open}, {@link #awaitReady}, {@link #mark}, the fault, {@link
 * #onset}, {@link #awaitTicket}, {@link #awaitResolved}, {@link #catchUp}, and what was seen.
 * Thread-safe.
 */
public final class OperatorWatch implements AutoCloseable {

  /** Time between two looks. */
  private static final Duration INTERVAL = Duration.ofMillis(25);

  /** Longest time between two looks while the database is locked. */
  private static final Duration LONGEST_INTERVAL = Duration.ofMillis(100);

  /** Time between two looks at what the thread has seen. */
  private static final Duration NOTICE_INTERVAL = Duration.ofMillis(5);

  private final Path file;
  private final TimeSource time;
  private final OperatorReader reader;
  private final Thread thread;
  private Duration interval = INTERVAL;
  private boolean closed;

  private OperatorWatch(Path file, OperatorTimezone timezone, Path copies, TimeSource time) {
    this.file = file;
    this.time = time;
    this.reader = new OperatorReader(file, timezone.zone(), copies, time);
    this.thread = new Thread(this::watch, "operator-watch");
    thread.setDaemon(true);
  }

  /** As the other, with copies in the directory for temporary files. */
  public static OperatorWatch open(Path file, OperatorTimezone timezone, TimeSource time) {
    return open(file, timezone, Path.of(System.getProperty("java.io.tmpdir")), time);
  }

  /**
   * Begins to watch, with a first look in the calling thread.
   *
   * @param copies where copies are put of a database that had better not be opened itself
   */
  public static OperatorWatch open(
      Path file, OperatorTimezone timezone, Path copies, TimeSource time) {
    OperatorWatch watch = new OperatorWatch(file, timezone, copies, time);
    watch.look();
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (look()) {
        Waiter.pause("the next look at " + file, pauseLength(), time);
      }
    } catch (EvalctlException e) {
      // interrupted by close()
    }
  }

  private synchronized boolean look() {
    if (closed) {
      return false;
    }
    Duration longer = interval.multipliedBy(2);
    reader.look();
    interval =
        !reader.busy()
            ? INTERVAL
            : longer.compareTo(LONGEST_INTERVAL) < 0 ? longer : LONGEST_INTERVAL;
    return true;
  }

  private synchronized Duration pauseLength() {
    return interval;
  }

  /** Whether the tickets table is there, with the columns that are required. */
  public synchronized boolean ready() {
    return reader.ready();
  }

  /** Why the database cannot be read just now; empty when it can. */
  public synchronized Optional<String> problem() {
    return reader.problem().map(problem -> file + " " + problem);
  }

  /**
   * Waits until {@link #ready()}.
   *
   * @throws EvalctlException OPERATOR_DATABASE with the last reason why it is not
   */
  public void awaitReady(Deadline deadline) {
    if (!Waiter.reached(
        "the operator's database", deadline, NOTICE_INTERVAL, () -> ready() || isClosed())) {
      throw notReady(deadline);
    }
  }

  /**
   * Remembers the tickets and log entries there are, right before the fault: whatever comes later
   * is an answer to it. Reads the database anew; forgets what an earlier mark led to.
   *
   * @throws EvalctlException OPERATOR_DATABASE when it cannot be read by the deadline
   */
  public void mark(Deadline deadline) {
    if (!Waiter.reached("the operator's database", deadline, NOTICE_INTERVAL, this::tryMark)) {
      throw notReady(deadline);
    }
  }

  private synchronized boolean tryMark() {
    return !closed && reader.mark();
  }

  private EvalctlException notReady(Deadline deadline) {
    return new EvalctlException(
        ErrorCode.OPERATOR_DATABASE,
        "operator database not ready after %.1fs: %s"
            .formatted(
                deadline.length().toNanos() / 1e9, problem().orElse(file + " is being read")),
        "does the operator write there? 'evalctl operator init-db FILE' makes an empty one");
  }

  /** How many tickets came while it was watched before the mark; they never count. */
  public synchronized long startupTickets() {
    return reader.startupTickets();
  }

  /**
   * Tells when the fault was begun and when it was witnessed, on the monotonic clock. A new ticket
   * or a change that was sighted before the first answers something else.
   */
  public synchronized void onset(long injectedNanos, long nanos) {
    reader.tracker().onset(injectedNanos, nanos);
  }

  /** The ticket that answers the fault, as far as it has come. */
  public synchronized Optional<TrackedTicket> ticket() {
    return reader.tracker().ticket();
  }

  /** That ticket and all others that came after the mark, or changed after the onset. */
  public synchronized List<TrackedTicket> allTickets() {
    return reader.tracker().all();
  }

  /** Waits for it; empty when the deadline passes. */
  public Optional<TrackedTicket> awaitTicket(Deadline deadline) {
    return Waiter.poll("the operator's ticket", deadline, NOTICE_INTERVAL, this::ticket);
  }

  /** Waits until it is resolved; empty when the deadline passes. */
  public Optional<TrackedTicket> awaitResolved(Deadline deadline) {
    return Waiter.poll(
        "the resolution of the operator's ticket",
        deadline,
        NOTICE_INTERVAL,
        () -> ticket().filter(ticket -> ticket.resolved() != null));
  }

  /**
   * Reads what the last look cannot have seen yet; for the end of a trial.
   *
   * @return whether it could be read by the deadline
   */
  public boolean catchUp(Deadline deadline) {
    return Waiter.reached("the operator's database", deadline, NOTICE_INTERVAL, this::tryToRead);
  }

  private synchronized boolean tryToRead() {
    return !closed && reader.lookAfresh() && reader.ready();
  }

  /** The commands logged after the mark: those of the tracked ticket's sessions, if it has any. */
  public synchronized List<OperatorCommand> commands() {
    return reader.commands();
  }

  /** Whether anything at all was logged after the mark. */
  public synchronized boolean logged() {
    return reader.logged();
  }

  /** Every ticket seen after the mark (200 at most), all columns, as it last was. */
  public synchronized ArrayNode tickets() {
    return reader.tracker().rows();
  }

  /** What has happened since the last call, in the order in which it was seen. */
  public synchronized List<OperatorEvent> drainEvents() {
    List<OperatorEvent> drained = new ArrayList<>(reader.events());
    reader.events().clear();
    return drained;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the thread and the connection; what was seen stays. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      reader.close();
    }
    thread.interrupt();
  }
}
