package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evalctl.operator.database.TrackedTicket.Detection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TicketTrackerTest {
  private static final Instant START = Instant.parse("2026-11-20T20:00:00Z");
  private static final long MARK = millis(1_000);
  private static final long ONSET = millis(1_100);

  private final List<OperatorEvent> events = new ArrayList<>();
  private final TicketTracker tracker = new TicketTracker(ZoneOffset.UTC, events::add);

  @Test
  void theFirstNewTicketIsTrackedWhateverComesLater() {
    tracker.mark(List.of(), 5L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(row(6, "open")), at(1_200));
    tracker.see(List.of(row(6, "open"), row(7, "open")), at(1_300));
    tracker.see(List.of(row(6, "open"), resolved(7, null)), at(1_400));

    assertThat(tracker.ticket())
        .hasValueSatisfying(
            ticket -> {
              assertThat(ticket.id()).isEqualTo("6");
              assertThat(ticket.detection()).isEqualTo(Detection.NEW);
              assertThat(ticket.detectedNanos()).isEqualTo(millis(1_200));
              assertThat(ticket.resolvedNanos()).isEmpty();
            });
    assertThat(tracker.rows()).hasSize(2);
  }

  @Test
  void claimsAreUsedForTheDurationsAndSightingsKept() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode claimed = columns(1, "open");
    claimed.put("first_seen_at", "2026-11-20T20:00:01.150000000Z");
    tracker.see(List.of(row(claimed)), at(1_200));
    claimed = claimed.deepCopy();
    claimed.put("status", "resolved").put("resolved_at", "2026-11-20T20:00:02.480000000Z");
    tracker.see(List.of(row(claimed)), at(2_500));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.detectedNanos()).isEqualTo(millis(1_150) + 1);
    assertThat(ticket.resolvedNanos()).hasValue(millis(2_480) + 1);
    assertThat(ticket.sightedCreated()).isEqualTo(at(1_200));
    assertThat(ticket.sightedResolved()).isEqualTo(at(2_500));
    assertThat(ticket.claimedCreated()).isEqualTo("2026-11-20T20:00:01.150Z");
    assertThat(ticket.claimedResolved()).isEqualTo("2026-11-20T20:00:02.480Z");
    assertThat(ticket.flags()).isEmpty();
  }

  @Test
  void aClockThatGoesWrongIsFlaggedAndSightingsAreUsed() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode claimed = columns(1, "open");
    claimed.put("first_seen_at", "2026-11-20T23:00:01Z");
    tracker.see(List.of(row(claimed)), at(1_200));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.flags()).containsExactly(TrackedTicket.CLOCK_SKEW);
    assertThat(ticket.detectedNanos()).isEqualTo(millis(1_200));
    assertThat(ticket.detectedAt()).isEqualTo(START.plusMillis(1_200));
    assertThat(ticket.claimedCreated()).isEqualTo("2026-11-20T23:00:01Z");
  }

  @Test
  void aClaimBetweenMarkAndOnsetIsDetectionAtTheOnset() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode claimed = columns(1, "open");
    claimed.put("first_seen_at", "2026-11-20T20:00:01.050Z");
    tracker.see(List.of(row(claimed)), at(1_120));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.detectedNanos()).isEqualTo(ONSET);
    assertThat(ticket.flags()).isEmpty();
  }

  @Test
  void aResolutionIsNeverBeforeTheDetection() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode both = columns(1, "resolved");
    both.put("resolved_at", "2026-11-20T20:00:01.110Z");
    tracker.see(List.of(row(both)), at(1_150));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.resolvedNanos()).hasValue(ticket.detectedNanos());
  }

  @Test
  void theFirstResolutionCountsAndALaterOpeningIsFlagged() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(row(1, "open")), at(1_200));
    tracker.see(List.of(resolved(1, null)), at(1_500));
    tracker.see(List.of(row(1, "open")), at(1_600));
    tracker.see(List.of(resolved(1, null)), at(1_900));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.resolvedNanos()).hasValue(millis(1_500));
    assertThat(ticket.flags()).containsExactly(TrackedTicket.REOPENED);
  }

  @Test
  void anOlderTicketThatChangesAfterTheOnsetIsADetection() {
    for (String column : List.of("occurrence_count", "last_seen_at", "status")) {
      TicketTracker fresh = new TicketTracker(ZoneOffset.UTC, events::add);
      fresh.mark(List.of(row(2, "open"), row(3, "open")), 3L, MARK);
      fresh.onset(MARK, ONSET);
      fresh.see(List.of(row(2, "open"), row(3, "open")), at(1_150));
      assertThat(fresh.ticket()).isEmpty();
      ObjectNode changed = columns(2, "open");
      changed.put(column, column.equals("status") ? "acknowledged" : "changed");
      fresh.see(List.of(row(changed), row(3, "open")), at(1_200));

      assertThat(fresh.ticket())
          .as(column)
          .hasValueSatisfying(
              ticket -> {
                assertThat(ticket.id()).isEqualTo("2");
                assertThat(ticket.detection()).isEqualTo(Detection.UPDATED_OLDER);
                assertThat(ticket.detectedNanos()).isEqualTo(millis(1_200));
              });
      assertThat(fresh.rows()).hasSize(1);
    }
  }

  @Test
  void anOlderTicketsClaimIsTheTimeOfItsUpdate() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode changed = columns(1, "open");
    changed.put("first_seen_at", "2026-11-19T00:00:00Z");
    changed.put("last_seen_at", "2026-11-20T20:00:01.150000000Z");
    tracker.see(List.of(row(changed)), at(1_200));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.detectedNanos()).isEqualTo(millis(1_150) + 1);
    assertThat(ticket.flags()).isEmpty();
  }

  @Test
  void aChangeSightedBeforeTheFaultDoesNotCount() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.see(List.of(row(1, "acknowledged")), at(1_050));
    tracker.see(List.of(row(1, "acknowledged")), at(1_200));
    tracker.onset(millis(1_060), ONSET);
    assertThat(tracker.ticket()).isEmpty();

    tracker.see(List.of(row(1, "diagnosed")), at(1_300));
    assertThat(tracker.ticket().orElseThrow().detectedNanos()).isEqualTo(millis(1_300));
  }

  /** The witness may be slower than the operator. */
  @Test
  void whatIsSightedBetweenFaultAndOnsetIsAnAnswerAtTheOnset() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.see(List.of(row(1, "acknowledged")), at(1_050));
    tracker.onset(millis(1_040), ONSET);

    assertThat(tracker.ticket().orElseThrow().detectedNanos()).isEqualTo(ONSET);
  }

  /** Not where evalctl happened to look: every ticket has its own time. */
  @Test
  void everyTicketIsPlacedAtItsOwnTime() {
    tracker.mark(List.of(), null, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode second =
        columns(2, "resolved")
            .put("first_seen_at", "2026-11-20T20:00:01.300000000Z")
            .put("resolved_at", "2026-11-20T20:00:01.350000000Z");
    tracker.see(List.of(row(1, "open"), row(second)), at(1_400));

    assertThat(tracker.all())
        .extracting(ticket -> ticket.id() + " " + ticket.detectedNanos())
        .containsExactlyInAnyOrder("1 " + millis(1_400), "2 " + (millis(1_300) + 1));
    assertThat(tracker.all().get(1).resolvedNanos()).hasValue(millis(1_350) + 1);
  }

  @Test
  void aChangeSightedAfterTheOnsetCountsEvenIfTheOnsetIsToldLater() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.see(List.of(row(1, "acknowledged")), at(1_150));
    assertThat(tracker.ticket()).isEmpty();

    tracker.onset(MARK, ONSET);
    assertThat(tracker.ticket().orElseThrow().detectedNanos()).isEqualTo(millis(1_150));
  }

  @Test
  void closingAnOldTicketIsNoDetection() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(resolved(1, null)), at(1_200));

    assertThat(tracker.ticket()).isEmpty();
  }

  @Test
  void anOldTicketCountedUpAndClosedAtOnceIsOne() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.onset(MARK, ONSET);
    ObjectNode changed = columns(1, "resolved");
    changed.put("occurrence_count", 2);
    tracker.see(List.of(row(changed)), at(1_200));

    TrackedTicket ticket = tracker.ticket().orElseThrow();
    assertThat(ticket.detection()).isEqualTo(Detection.UPDATED_OLDER);
    assertThat(ticket.resolvedNanos()).hasValue(millis(1_200));
  }

  @Test
  void anUnresolvedOlderTicketGivesWayToANewOne() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(row(1, "acknowledged")), at(1_200));
    tracker.see(List.of(row(1, "acknowledged"), row(2, "open")), at(1_300));

    assertThat(tracker.ticket().orElseThrow().id()).isEqualTo("2");
  }

  @Test
  void anOlderTicketResolvedBeforeTheNewOneCameStays() {
    tracker.mark(List.of(row(1, "open")), 1L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(row(1, "acknowledged")), at(1_200));
    tracker.see(List.of(resolved(1, null)), at(1_300));
    tracker.see(List.of(row(2, "open")), at(1_400));

    assertThat(tracker.ticket().orElseThrow().id()).isEqualTo("1");
  }

  /** As in a database that took the place of the other. */
  @Test
  void anIdThatIsUsedAgainIsAnotherTicket() {
    ObjectNode old = columns(9, "open").put("first_seen_at", "2026-11-20T19:00:00Z");
    tracker.mark(List.of(row(old)), 9L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(
        List.of(row(columns(9, "open").put("first_seen_at", "2026-11-20T20:00:01.150Z"))),
        at(1_200));

    assertThat(tracker.ticket().orElseThrow().detection()).isEqualTo(Detection.NEW);
  }

  @Test
  void aNewMarkForgetsWhatWasBefore() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.onset(MARK, ONSET);
    tracker.see(List.of(row(1, "open")), at(1_200));
    tracker.mark(List.of(), 1L, millis(2_000));

    assertThat(tracker.ticket()).isEmpty();
    assertThat(tracker.rows()).isEmpty();
  }

  @Test
  void eventsTellOpeningUpdateAndResolutionOnce() {
    tracker.mark(List.of(), 0L, MARK);
    tracker.see(List.of(row(1, "open")), at(1_200));
    tracker.see(List.of(row(1, "open")), at(1_250));
    tracker.see(List.of(row(1, "diagnosed")), at(1_300));
    tracker.see(List.of(resolved(1, null)), at(1_400));
    tracker.see(List.of(resolved(1, null)), at(1_500));

    assertThat(events)
        .containsExactly(
            new OperatorEvent.TicketOpened(at(1_200), "1"),
            new OperatorEvent.TicketUpdated(at(1_300), "1", "diagnosed"),
            new OperatorEvent.TicketResolved(at(1_400), "1"));
  }

  @Test
  void aStatusOfItsOwnWithAResolutionTimeIsResolved() {
    assertThat(resolved(1, "closed").resolved()).isTrue();
    assertThat(resolved(1, "RESOLVED").resolved()).isTrue();
    assertThat(resolved(1, "open").resolved()).isFalse();
    assertThat(row(1, "closed").resolved()).isFalse();
  }

  private static TicketRow row(ObjectNode columns) {
    return TicketRow.of(columns.get("id").asText(), columns.get("id").asLong(), columns);
  }

  private static TicketRow row(long id, String status) {
    return TicketRow.of(Long.toString(id), id, columns(id, status));
  }

  private static TicketRow resolved(long id, String status) {
    return TicketRow.of(
        Long.toString(id),
        id,
        columns(id, status == null ? "resolved" : status).put("resolved_at", "no time"));
  }

  private static ObjectNode columns(long id, String status) {
    return JsonNodeFactory.instance.objectNode().put("id", id).put("status", status);
  }

  private static Sighting at(long millis) {
    return new Sighting(START.plusMillis(millis), millis(millis));
  }

  private static long millis(long millis) {
    return millis * 1_000_000L;
  }
}
