package io.evalctl.operator.database;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The ticket that answers the fault, as far as it has come. Durations are to be taken from {@link
 * #detectedNanos()} and {@link #resolvedNanos()}: the operator's claims put on the monotonic clock
 * where they can be believed, else evalctl's own sightings (see {@link ClaimedMoment}). Immutable.
 *
 * @param id its id in the operator's database, as text
 * @param detection how the operator told of the fault
 * @param status as it was last seen
 * @param claimedCreated what the ticket says about its making (of an older one: about its update);
 *     null when it says nothing that is a time
 * @param claimedResolved the same about its resolution
 * @param sightedCreated when evalctl first saw it
 * @param sightedResolved when evalctl first saw it resolved, or null
 * @param detected the moment of detection, never before the onset
 * @param resolved the moment of resolution, never before the detection, or null
 * @param flags what is odd about it: {@link #CLOCK_SKEW}, {@link #REOPENED}
 */
public record TrackedTicket(
    String id,
    Detection detection,
    String status,
    Instant claimedCreated,
    Instant claimedResolved,
    Sighting sightedCreated,
    Sighting sightedResolved,
    Sighting detected,
    Sighting resolved,
    Set<String> flags) {

  /** A claim and its sighting do not go together, so the sighting was used. */
  public static final String CLOCK_SKEW = "clock-skew";

  /** It was unresolved again after its first resolution, which is the one that counts. */
  public static final String REOPENED = "reopened";

  public TrackedTicket {
    flags = Set.copyOf(flags);
  }

  /** How an operator told of a fault. */
  public enum Detection {
    /** By a new ticket. */
    NEW,
    /** By a change to one that was open before the fault. */
    UPDATED_OLDER
  }

  /** The id as a number, if it is one. */
  public OptionalLong number() {
    return number(id);
  }

  /** An id as a number, if it is one. */
  public static OptionalLong number(String id) {
    return id.matches("0|-?[1-9]\\d{0,17}")
        ? OptionalLong.of(Long.parseLong(id))
        : OptionalLong.empty();
  }

  /** Monotonic time of the detection. */
  public long detectedNanos() {
    return detected.nanos();
  }

  /** Monotonic time of the resolution, if there was one. */
  public OptionalLong resolvedNanos() {
    return resolved == null ? OptionalLong.empty() : OptionalLong.of(resolved.nanos());
  }

  /** Wall-clock time of the detection, the counterpart of {@link #detectedNanos()}. */
  public Instant detectedAt() {
    return detected.at();
  }

  /** Wall-clock time of the resolution, if there was one. */
  public Optional<Instant> resolvedAt() {
    return Optional.ofNullable(resolved).map(Sighting::at);
  }
}
