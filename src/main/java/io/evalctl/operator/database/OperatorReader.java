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
  private Map<String, Long> ticketsOfSessions = Map.of();

  /** The connection that {@link #tables} belongs to. */
  private OperatorDatabase database;

  private OperatorTables tables;
  private String accessProblem = "has not been looked at yet";
  private String shapeProblem = "has not been read yet";
  private boolean busy;

  /** Greatest ticket id when the watch began; null while that is not known. */
  private Long firstId;

  private long startupTickets;
  private boolean marked;
  private boolean replacedSinceMark;
  private Optional<TicketRow> markedTicket = Optional.empty();
  private long logMark;
  private long logPlace;
  private boolean logged;

  OperatorReader(Path file, ZoneId zone, Path copies, TimeSource time) {
    this.access = new DatabaseAccess(file, copies, time);
    this.time = time;
    this.tracker = new TicketTracker(zone, this::note);
    this.log = new CommandLog(zone, this::note);
    this.firstId = file.toFile().length() == 0 ? 0L : null;
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
    return attempt(
        () -> {
          Long version = database.changed();
          if (version != null) {
            read();
            database.noteRead(version);
          }
          return true;
        });
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
    return look();
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
      replacedSinceMark = marked;
      firstId = 0L;
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
    if (firstId == null) {
      firstId = shapeProblem == null ? tables.greatestTicket() : 0L;
    }
    return shapeProblem == null;
  }

  private void read() throws SQLException {
    boolean inspected = tables != null && shapeProblem == null;
    if ((inspected || inspect()) && marked) {
      if (replacedSinceMark) {
        recogniseReplacement();
      }
      readAll();
    }
  }

  private boolean setMark() throws SQLException {
    if (!inspect()) {
      return false;
    }
    long nanos = time.nanoTime();
    OperatorTables.State state = tables.state(firstId);
    markedTicket = state.newest();
    startupTickets = state.startupTickets();
    logMark = state.greatestLogEntry();
    logPlace = logMark;
    logged = false;
    replacedSinceMark = false;
    tracker.mark(state.greatestTicket(), state.unresolved(), nanos);
    log.clear();
    events.clear();
    marked = true;
    database.noteRead(null);
    return true;
  }

  /**
   * A database that took the place of another may be the same one rewritten, or a new one whose ids
   * count from one: then the newest ticket at the mark is not in it.
   */
  private void recogniseReplacement() throws SQLException {
    Optional<TicketRow> same =
        markedTicket.isEmpty() ? Optional.empty() : tables.ticket(markedTicket.get().id());
    boolean rewritten =
        same.isPresent()
            && Objects.equals(same.get().firstSeenAt(), markedTicket.get().firstSeenAt());
    if (!rewritten) {
      tracker.databaseBegunAnew();
      markedTicket = Optional.empty();
      logMark = 0;
      logPlace = 0;
    }
    replacedSinceMark = false;
  }

  private void readAll() throws SQLException {
    boolean more = true;
    while (more) {
      OperatorTables.Look look =
          tables.look(
              tracker.markedId(), tracker.olderIds(), log.full() ? Long.MAX_VALUE : logPlace);
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
    logged |= look.greatestLogEntry() > logMark;
    ticketsOfSessions = look.ticketsOfSessions();
    if (!look.log().isEmpty()) {
      logPlace = look.log().get(look.log().size() - 1).id();
    }
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
    Long id = ticket.get().id();
    return ticketsOfSessions.containsValue(id)
        ? session -> id.equals(ticketsOfSessions.get(session))
        : session -> !ticketsOfSessions.containsKey(session);
  }

  boolean ready() {
    return accessProblem == null && shapeProblem == null;
  }

  /** Why nothing can be read just now; completes "FILE ...". */
  Optional<String> problem() {
    return Optional.ofNullable(accessProblem == null ? shapeProblem : accessProblem);
  }

  /** Whether the last look met a lock. */
  boolean busy() {
    return busy;
  }

  long startupTickets() {
    return startupTickets;
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
