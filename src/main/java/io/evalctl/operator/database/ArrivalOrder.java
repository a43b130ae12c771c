package io.evalctl.operator.database;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * In which order the new rows of one look have come. SQLite's row numbers tell it as long as they
 * grow. They need not: an operator may choose random numbers, count down, or have a table without
 * any. Then its own times tell, and the numbers only where those are the same. Not thread-safe.
 */
final class ArrivalOrder<T> {
  private final Function<T, Long> place;
  private final Function<T, Optional<ClaimedTime>> claim;
  private Long greatest;

  ArrivalOrder(Function<T, Long> place, Function<T, Optional<ClaimedTime>> claim) {
    this.place = place;
    this.claim = claim;
  }

  /**
   * @param greatestPlace of all rows that were there before; null when there was none
   */
  void begin(Long greatestPlace) {
    greatest = greatestPlace;
  }

  /** The rows of a look, in the order in which they came. */
  List<T> of(List<T> rows) {
    Comparator<T> byPlace =
        Comparator.comparing(place, Comparator.nullsFirst(Comparator.naturalOrder()));
    Comparator<T> byTime = Comparator.comparing(row -> claim.apply(row).orElseThrow().at());
    boolean grown =
        greatest != null && rows.stream().map(place).allMatch(at -> at != null && at > greatest);
    boolean timed = rows.stream().allMatch(row -> claim.apply(row).isPresent());
    rows.stream()
        .map(place)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .ifPresent(last -> greatest = greatest == null ? last : (Long) Math.max(greatest, last));
    return rows.stream().sorted(grown || !timed ? byPlace : byTime.thenComparing(byPlace)).toList();
  }
}
