package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.operator.database.TrackedTicket.Detection;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the one ticket that answers the fault and follows it to its end.
 *
 * <p>It is the first ticket with an id greater than the greatest at the mark, however many come
 * later. Where there is none, an older unresolved ticket that changed at or after the onset stands
 * in for it; it gives way to a new ticket that comes while it is unresolved itself. Not
 * thread-safe.
 */
final class TicketTracker {

  /** A ticket's id, and which file it is from when the operator replaced its database. */
  private record Key(int file, long id) {}

  private final ZoneId zone;
  private final Consumer<OperatorEvent> events;
  private final Map<Key, TicketHistory> newer = new LinkedHashMap<>();
  private final Map<Key, TicketHistory> older = new LinkedHashMap<>();
  private int file;
  private long markedId;
  private long markNanos;
  private Long onsetNanos;

  TicketTracker(ZoneId zone, Consumer<OperatorEvent> events) {
    this.zone = zone;
    this.events = events;
  }

  /**
   * Sets the mark, just before the fault.
   *
   * @param greatestId of all tickets there are
   * @param unresolved those of them that are unresolved
   */
  void mark(long greatestId, List<TicketRow> unresolved, long nanos) {
    newer.clear();
    older.clear();
    onsetNanos = null;
    markedId = greatestId;
    markNanos = nanos;
    unresolved.forEach(row -> older.put(new Key(file, row.id()), TicketHistory.ofOlder(row)));
  }

  /** The monotonic time at which the fault was witnessed. */
  void onset(long nanos) {
    onsetNanos = nanos;
  }

  /** The operator began a new database: its ids count from the beginning. */
  void databaseBegunAnew() {
    file++;
    markedId = 0;
  }

  /** Tickets with a greater id are new. */
  long markedId() {
    return markedId;
  }

  long markNanos() {
    return markNanos;
  }

  /** The older tickets to be read again. */
  Set<Long> olderIds() {
    Set<Long> ids = new LinkedHashSet<>();
    older.keySet().stream().filter(key -> key.file() == file).forEach(key -> ids.add(key.id()));
    return ids;
  }

  /** Takes in what a look showed, in the order of the ids. */
  void see(List<TicketRow> rows, Sighting at) {
    for (TicketRow row : rows) {
      Key key = new Key(file, row.id());
      TicketHistory known = older.getOrDefault(key, newer.get(key));
      if (known != null) {
        report(known.see(row, at), row, at);
      } else if (row.id() > markedId) {
        TicketHistory history = TicketHistory.ofNew(row, at);
        newer.put(key, history);
        events.accept(new OperatorEvent.TicketOpened(at, row.id()));
        if (history.resolved() != null) {
          events.accept(new OperatorEvent.TicketResolved(at, row.id()));
        }
      }
    }
  }

  private void report(TicketHistory.Change change, TicketRow row, Sighting at) {
    switch (change) {
      case NOTHING -> {}
      case UPDATED -> events.accept(new OperatorEvent.TicketUpdated(at, row.id(), row.status()));
      case RESOLVED -> events.accept(new OperatorEvent.TicketResolved(at, row.id()));
    }
  }

  /** The tracked ticket as it is now known. */
  Optional<TrackedTicket> ticket() {
    Optional<TicketHistory> first = newer.values().stream().findFirst();
    Optional<TicketHistory> updated =
        onsetNanos == null
            ? Optional.empty()
            : older.values().stream()
                .filter(history -> history.signSince(onsetNanos).isPresent())
                .min(Comparator.comparingLong(this::sinceOnset));
    boolean updatedStands =
        updated.isPresent()
            && (first.isEmpty()
                || (updated.get().resolved() != null
                    && updated.get().resolved().nanos() - first.get().firstSign().sighting().nanos()
                        < 0));
    return updatedStands
        ? updated.map(
            history ->
                tracked(history, history.signSince(onsetNanos).get(), Detection.UPDATED_OLDER))
        : first.map(history -> tracked(history, history.firstSign(), Detection.NEW));
  }

  private long sinceOnset(TicketHistory history) {
    return history.signSince(onsetNanos).get().sighting().nanos() - onsetNanos;
  }

  private TrackedTicket tracked(
      TicketHistory history, TicketHistory.Sign sign, Detection detection) {
    Optional<ClaimedTime> created = ClaimedTime.parse(sign.claim(), zone);
    Optional<ClaimedTime> ended = ClaimedTime.parse(history.resolvedClaim(), zone);
    ClaimedMoment detected = ClaimedMoment.of(created, sign.sighting(), markNanos);
    Sighting detectedMoment =
        onsetNanos == null ? detected.moment() : detected.moment().notBefore(onsetNanos);
    Set<String> flags = new HashSet<>();
    boolean skewed = detected.skewed();
    Sighting resolvedMoment = null;
    if (history.resolved() != null) {
      ClaimedMoment resolved = ClaimedMoment.of(ended, history.resolved(), markNanos);
      skewed |= resolved.skewed();
      resolvedMoment = resolved.moment().notBefore(detectedMoment.nanos());
    }
    if (skewed) {
      flags.add(TrackedTicket.CLOCK_SKEW);
    }
    if (history.reopened()) {
      flags.add(TrackedTicket.REOPENED);
    }
    return new TrackedTicket(
        history.row().id(),
        detection,
        history.row().status(),
        created.map(ClaimedTime::at).orElse(null),
        ended.map(ClaimedTime::at).orElse(null),
        sign.sighting(),
        history.resolved(),
        detectedMoment,
        resolvedMoment,
        flags);
  }

  /** Every row seen after the mark, as it last was: new tickets, and older ones that told. */
  ArrayNode rows() {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    older.values().stream()
        .filter(history -> onsetNanos != null && history.signSince(onsetNanos).isPresent())
        .forEach(history -> rows.add(history.row().columns()));
    newer.values().forEach(history -> rows.add(history.row().columns()));
    return rows;
  }
}
