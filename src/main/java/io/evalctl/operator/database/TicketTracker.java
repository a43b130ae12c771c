package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.evalctl.operator.database.TrackedTicket.Detection;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds the one ticket that answers the fault and follows it to its end.
 *
 * <p>It is the first that was not there at the mark, however many come later. Where there is none,
 * an older ticket that changed since the fault was begun stands in for it; it gives way to a new
 * ticket that comes while it is unresolved itself. Not thread-safe.
 */
final class TicketTracker {
  private final ZoneId zone;
  private final Consumer<OperatorEvent> events;
  private final ArrivalOrder<TicketRow> order;

  /** In the order in which they came. */
  private final List<TicketHistory> newer = new ArrayList<>();

  private final List<TicketHistory> older = new ArrayList<>();

  /** Older and newer ones; those that came last are last. */
  private final Map<String, List<TicketHistory>> byId = new HashMap<>();

  private long markNanos;
  private int early;
  private Long injectedNanos;
  private Long onsetNanos;

  TicketTracker(ZoneId zone, Consumer<OperatorEvent> events) {
    this.zone = zone;
    this.events = events;
    this.order =
        new ArrivalOrder<>(TicketRow::place, row -> ClaimedTime.parse(row.firstSeenAt(), zone));
  }

  /**
   * Sets the mark, just before the fault.
   *
   * @param followed tickets that are there already
   * @param greatestPlace the greatest number of all that are there, or null
   */
  void mark(List<TicketRow> followed, Long greatestPlace, long nanos) {
    newer.clear();
    older.clear();
    byId.clear();
    early = 0;
    injectedNanos = null;
    onsetNanos = null;
    markNanos = nanos;
    order.begin(greatestPlace);
    followed.forEach(this::follow);
  }

  /**
   * The monotonic times at which the fault was begun and witnessed. What was sighted before the
   * first answers something else: it is as if it had been there at the mark. What was sighted
   * between them is an answer at the onset: an operator may be faster than the witness.
   */
  void onset(long injected, long nanos) {
    injectedNanos = injected;
    onsetNanos = nanos;
    List<TicketHistory> before =
        newer.stream()
            .filter(history -> history.firstSign().sighting().nanos() - injected < 0)
            .toList();
    newer.removeAll(before);
    before.forEach(history -> follow(history.row()));
    early += before.size();
  }

  /** Of several rows of one ticket the last one counts. */
  private void follow(TicketRow row) {
    known(row)
        .ifPresent(
            history -> {
              older.remove(history);
              byId.get(row.id()).remove(history);
            });
    add(older, TicketHistory.ofOlder(row));
  }

  private void add(List<TicketHistory> list, TicketHistory history) {
    list.add(history);
    byId.computeIfAbsent(history.row().id(), id -> new ArrayList<>()).add(history);
  }

  /** What is known of the ticket of a row: several may have the same id. */
  private Optional<TicketHistory> known(TicketRow row) {
    return byId.getOrDefault(row.id(), List.of()).stream()
        .filter(history -> !row.replaces(history.row()))
        .reduce((earlier, later) -> later);
  }

  /** How many tickets came between the mark and the fault. */
  int early() {
    return early;
  }

  long markNanos() {
    return markNanos;
  }

  /** The older tickets to be read again. */
  Set<String> olderIds() {
    return older.stream().map(history -> history.row().id()).collect(Collectors.toSet());
  }

  /** Takes in what a look showed: new tickets, and the older ones as they are now. */
  void see(List<TicketRow> rows, Sighting at) {
    List<TicketRow> fresh = new ArrayList<>();
    Map<TicketHistory, TicketRow> again = new LinkedHashMap<>();
    for (TicketRow row : rows) {
      // Where an operator adds a row for each state of a ticket, the last one counts.
      known(row).ifPresentOrElse(history -> again.put(history, row), () -> fresh.add(row));
    }
    again.forEach((history, row) -> report(history.see(row, at), row, at));
    order.of(fresh).forEach(row -> open(row, at));
  }

  private void open(TicketRow row, Sighting at) {
    Optional<TicketHistory> before = known(row);
    if (before.isPresent()) {
      report(before.get().see(row, at), row, at);
      return;
    }
    TicketHistory history = TicketHistory.ofNew(row, at);
    add(newer, history);
    events.accept(new OperatorEvent.TicketOpened(at, row.id()));
    if (history.resolved() != null) {
      events.accept(new OperatorEvent.TicketResolved(at, row.id()));
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
    Optional<TicketHistory> first = newer.stream().findFirst();
    Optional<TicketHistory> updated =
        injectedNanos == null
            ? Optional.empty()
            : older.stream()
                .filter(history -> history.signSince(injectedNanos).isPresent())
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
                tracked(history, history.signSince(injectedNanos).get(), Detection.UPDATED_OLDER))
        : first.map(history -> tracked(history, history.firstSign(), Detection.NEW));
  }

  /** Every ticket that came after the mark or, of the older ones, told of the fault. */
  List<TrackedTicket> all() {
    List<TrackedTicket> all = new ArrayList<>();
    older.stream()
        .filter(history -> injectedNanos != null && history.signSince(injectedNanos).isPresent())
        .forEach(
            history ->
                all.add(
                    tracked(
                        history, history.signSince(injectedNanos).get(), Detection.UPDATED_OLDER)));
    newer.forEach(history -> all.add(tracked(history, history.firstSign(), Detection.NEW)));
    return all;
  }

  private long sinceOnset(TicketHistory history) {
    return history.signSince(injectedNanos).get().sighting().nanos() - injectedNanos;
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
    older.stream()
        .filter(history -> injectedNanos != null && history.signSince(injectedNanos).isPresent())
        .forEach(history -> rows.add(history.row().columns()));
    newer.forEach(history -> rows.add(history.row().columns()));
    return rows;
  }
}
