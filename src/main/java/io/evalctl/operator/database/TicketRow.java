package io.evalctl.operator.database;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * One row of the tickets table. Whatever but the id is null where the operator left it out.
 *
 * @param id its id as text, whatever its type; where it has none, its number
 * @param place its number in the table, if it has one
 * @param status open, acknowledged, diagnosed, resolved or a word of the operator's own
 * @param occurrences occurrence_count as it is written
 * @param columns every column there is, as JSON
 */
record TicketRow(
    String id,
    Long place,
    String status,
    String occurrences,
    String firstSeenAt,
    String lastSeenAt,
    String updatedAt,
    String resolvedAt,
    ObjectNode columns) {

  private static final Set<String> UNRESOLVED = Set.of("open", "acknowledged", "diagnosed");

  static TicketRow of(String id, Long place, ObjectNode columns) {
    return new TicketRow(
        id,
        place,
        text(columns, "status"),
        text(columns, "occurrence_count"),
        text(columns, "first_seen_at"),
        text(columns, "last_seen_at"),
        text(columns, "updated_at"),
        text(columns, "resolved_at"),
        columns);
  }

  /** Its status says so; of a status that is not in the contract, whether resolved_at is set. */
  boolean resolved() {
    String word = status == null ? "" : status.strip().toLowerCase(Locale.ROOT);
    return word.equals("resolved") || (resolvedAt != null && !UNRESOLVED.contains(word));
  }

  /** Whether it is not the ticket that had this id before: an id may be used again. */
  boolean replaces(TicketRow before) {
    return firstSeenAt != null
        && before.firstSeenAt != null
        && !firstSeenAt.equals(before.firstSeenAt);
  }

  boolean seenAgainSince(TicketRow before) {
    return !Objects.equals(occurrences, before.occurrences)
        || !Objects.equals(lastSeenAt, before.lastSeenAt);
  }

  boolean statusChangedSince(TicketRow before) {
    return !Objects.equals(status, before.status) || resolved() != before.resolved();
  }

  private static String text(ObjectNode columns, String name) {
    return columns.hasNonNull(name) ? columns.get(name).asText() : null;
  }
}
