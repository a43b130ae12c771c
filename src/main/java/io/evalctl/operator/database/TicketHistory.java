package io.evalctl.operator.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What was seen of one ticket, from its first sighting or, for an older one, from the mark. */
final class TicketHistory {

  /**
   * A change by which an operator tells of a fault.
   *
   * @param claim when, in the ticket's own words, or null
   */
  record Sign(Sighting sighting, String claim) {}

  /** What a look showed that the look before did not. */
  enum Change {
    NOTHING,
    UPDATED,
    RESOLVED
  }

  private final List<Sign> signs = new ArrayList<>();
  private final boolean older;
  private TicketRow last;
  private Sighting resolved;
  private String resolvedClaim;
  private boolean reopened;

  private TicketHistory(TicketRow row, boolean older) {
    this.older = older;
    this.last = row;
  }

  /** Of a ticket that was there at the mark. */
  static TicketHistory ofOlder(TicketRow row) {
    return new TicketHistory(row, true);
  }

  /** Of one that came after it: its coming is the sign. */
  static TicketHistory ofNew(TicketRow row, Sighting at) {
    TicketHistory history = new TicketHistory(row, false);
    history.signs.add(new Sign(at, row.firstSeenAt()));
    history.noteResolution(row, at);
    return history;
  }

  Change see(TicketRow row, Sighting at) {
    TicketRow before = last;
    last = row;
    if (resolved != null) {
      reopened |= !row.resolved();
      return Change.NOTHING;
    }
    boolean seenAgain = older && row.seenAgainSince(before);
    if (older && tellsOfFault(before, row)) {
      signs.add(new Sign(at, claimOfUpdate(before, row)));
    }
    if (!before.resolved() || resolvedAnew(before, row)) {
      noteResolution(row, at);
    }
    if (resolved != null) {
      return Change.RESOLVED;
    }
    return seenAgain || row.statusChangedSince(before) ? Change.UPDATED : Change.NOTHING;
  }

  /**
   * Whether a change of an older ticket counts as noticing something new. Closing it does not: that
   * is the end of an old story, unless its occurrences were counted up as well. Opening one again
   * does, even if it is closed by now.
   */
  private static boolean tellsOfFault(TicketRow before, TicketRow after) {
    if (before.resolved()) {
      return !after.resolved() || resolvedAnew(before, after);
    }
    return after.resolved()
        ? !Objects.equals(before.occurrences(), after.occurrences())
        : after.seenAgainSince(before) || after.statusChangedSince(before);
  }

  private static boolean resolvedAnew(TicketRow before, TicketRow after) {
    return before.resolvedAt() != null
        && after.resolvedAt() != null
        && !after.resolvedAt().equals(before.resolvedAt());
  }

  private static String claimOfUpdate(TicketRow before, TicketRow after) {
    if (!Objects.equals(before.lastSeenAt(), after.lastSeenAt())) {
      return after.lastSeenAt();
    }
    return Objects.equals(before.updatedAt(), after.updatedAt()) ? null : after.updatedAt();
  }

  private void noteResolution(TicketRow row, Sighting at) {
    if (row.resolved()) {
      resolved = at;
      resolvedClaim = row.resolvedAt();
    }
  }

  /** The first sign that was sighted at or after the given monotonic time. */
  Optional<Sign> signSince(long nanos) {
    return signs.stream().filter(sign -> sign.sighting().nanos() - nanos >= 0).findFirst();
  }

  /** The first sign of all. */
  Sign firstSign() {
    return signs.get(0);
  }

  TicketRow row() {
    return last;
  }

  /** When it was first sighted resolved, or null. */
  Sighting resolved() {
    return resolved;
  }

  String resolvedClaim() {
    return resolvedClaim;
  }

  boolean reopened() {
    return reopened;
  }
}
