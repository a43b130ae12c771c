package io.evalctl.operator.database;

import io.evalctl.clock.TimeSource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Looks at an operator's database again and again, and keeps what it saw. A look that fails leaves
 * what is known as it is, and the next one tries again. Not thread-safe.
 */
final class OperatorReader implements AutoCloseable {

  /** No timeline needs more; a database that floods must not fill the memory. */
  private static final int MOST_EVENTS = 2_000;

  private interface Reading {
    boolean run() throws SQLException;
  }

  private final DatabaseAccess access;
  private final TimeSource time;
  private final List<OperatorEvent> events = new ArrayList<>();
  private final TicketTracker tracker;
  private final CommandLog log;
  private Map<String, String> ticketsOfSessions = Map.of();

  /** The connection that {@link #tables} belongs to. */
  private OperatorDatabase database;

  private OperatorTables tables;
  private String accessProblem = "has not been looked at yet";
  private String shapeProblem = "has not been read yet";
  private String rowsProblem;
  private boolean busy;

  /** How many tickets there were when the watch began; null while that is not known. */
  private Long firstTickets;

  private long startupTickets;
  private boolean marked;
  private Remembered knownTickets = Remembered.NOTHING;
  private Remembered knownLog = Remembered.NOTHING;
  private boolean logged;

  OperatorReader(Path file, ZoneId zone, Path copies, TimeSource time) {
    this.access = new DatabaseAccess(file, copies, time);
    this.time = time;
    this.tracker = new TicketTracker(zone, this::note);
    this.log = new CommandLog(zone, this::note);
    this.firstTickets = file.toFile().length() == 0 ? 0L : null;
  }

  private void note(OperatorEvent event) {
    if (events.size() < MOST_EVENTS) {
      events.add(event);
    }
  }

  /**
   * Looks once, and reads if anything has changed.
   *
   * @return whether all that was committed has now been read
   */
  boolean look() {
    return attempt(this::readChanges);
  }

  private boolean readChanges() throws SQLException {
    Long version = database.changed();
    if (version != null) {
      read();
      database.noteRead(version);
    }
    return true;
  }

  /**
   * Sets the mark after the newest ticket and log entry.
   *
   * @return whether they could be read
   */
  boolean mark() {
    access.dropCopy();
    return attempt(this::setMark);
  }

  /** As {@link #look}, whatever the file system's clock lets a copy miss. */
  boolean lookAfresh() {
    access.dropCopy();
    // In one attempt: a second one might be of another connection, whose tables are not known yet.
    return attempt(() -> readChanges() && allIsSeen());
  }

  private boolean allIsSeen() throws SQLException {
    rowsProblem = tables.unseen(knownTickets, knownLog).orElse(null);
    return rowsProblem == null;
  }

  private boolean attempt(Reading reading) {
    busy = false;
    try {
      connect();
      boolean done = reading.run();
      accessProblem = null;
      return done;
    } catch (NotReadableException e) {
      accessProblem = e.getMessage();
    } catch (SQLException e) {
      accessProblem = OperatorDatabase.reason(e);
      busy = OperatorDatabase.busy(e);
      if (!busy) {
        access.close();
      }
    }
    return false;
  }

  private void connect() throws NotReadableException, SQLException {
    OperatorDatabase current = access.database();
    if (current != database) {
      database = current;
      tables = null;
    }
    if (access.takeReplaced()) {
      firstTickets = 0L;
      knownTickets = knownTickets.inAnotherFile();
      knownLog = knownLog.inAnotherFile();
    }
  }

  /**
   * Looks which tables there are.
   *
   * @return whether they are those that are required
   */
  private boolean inspect() throws SQLException {
    tables = OperatorTables.inspect(database.connection());
    shapeProblem = tables.problem().orElse(null);
    if (firstTickets == null) {
      firstTickets = shapeProblem == null ? tables.countTickets() : 0L;
    }
    return shapeProblem == null;
  }

  private void read() throws SQLException {
    boolean inspected = tables != null && shapeProblem == null;
    if ((inspected || inspect()) && marked) {
      readAll();
    }
  }

  private boolean setMark() throws SQLException {
    if (!inspect()) {
      return false;
    }
    long nanos = time.nanoTime();
    OperatorTables.State state = tables.state();
    startupTickets = Math.max(0, state.tickets().rows() - firstTickets);
    knownTickets = state.tickets();
    knownLog = state.log();
    if (!allIsSeen()) {
      return false;
    }
    logged = false;
    tracker.mark(state.older(), state.tickets().greatest(), nanos);
    log.begin(state.log().greatest());
    events.clear();
    marked = true;
    database.noteRead(null);
    return true;
  }

  private void readAll() throws SQLException {
    boolean more = true;
    while (more) {
      OperatorTables.Look look =
          tables.look(
              knownTickets,
              tracker.olderIds(),
              knownLog,
              log.full() ? 0 : OperatorTables.MOST_LOG_ROWS,
              logged);
      take(look);
      more = look.log().size() == OperatorTables.MOST_LOG_ROWS;
      if (look.outdated()) {
        more = inspect();
      }
    }
  }

  private void take(OperatorTables.Look look) {
    Sighting now = Sighting.now(time);
    tracker.see(look.tickets(), now);
    log.see(look.log(), now);
    logged |= look.logged();
    ticketsOfSessions = look.ticketsOfSessions();
    knownLog = knownLog.with(look.log().stream().map(LogRow::identity).toList());
  }

  /**
   * The commands after the mark. Where the tracked ticket has sessions, those of these; where it
   * has none, those of sessions that are not known to belong to another ticket.
   */
  List<OperatorCommand> commands() {
    Optional<TrackedTicket> ticket = tracker.ticket();
    boolean clockTrusted =
        ticket.map(found -> !found.flags().contains(TrackedTicket.CLOCK_SKEW)).orElse(true);
    return log.commands(sessionFilter(ticket), clockTrusted, tracker.markNanos());
  }

  private Predicate<String> sessionFilter(Optional<TrackedTicket> ticket) {
    if (ticket.isEmpty()) {
      return session -> true;
    }
    String id = ticket.get().id();
    return ticketsOfSessions.containsValue(id)
        ? session -> id.equals(ticketsOfSessions.get(session))
        : session -> !ticketsOfSessions.containsKey(session);
  }

  boolean ready() {
    return problem().isEmpty();
  }

  /** Why nothing can be read just now; completes "FILE ...". */
  Optional<String> problem() {
    return Stream.of(accessProblem, shapeProblem, rowsProblem).filter(Objects::nonNull).findFirst();
  }

  /** Whether the last look met a lock. */
  boolean busy() {
    return busy;
  }

  long startupTickets() {
    return startupTickets + tracker.early();
  }

  boolean logged() {
    return logged;
  }

  TicketTracker tracker() {
    return tracker;
  }

  List<OperatorEvent> events() {
    return events;
  }

  @Override
  public void close() {
    access.close();
  }
}
