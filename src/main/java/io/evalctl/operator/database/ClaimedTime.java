package io.evalctl.operator.database;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as an operator wrote it. It stands for an interval as wide as its last digit: SQLite's
 * {@code datetime('now')} cuts the fraction off, so {@code 20:12:03} was written anywhere up to
 * {@code 20:12:04}.
 *
 * @param at the time as it reads, the start of the interval
 * @param precision the width of the interval
 */
record ClaimedTime(Instant at, Duration precision) {

  /**
   * ISO 8601 with or without an offset, with a blank for the T (SQLite), with a comma for the
   * point; a zone's name or a monotonic reading after the offset (as Go's time.String writes) is
   * skipped.
   */
  private static final Pattern FORMAT =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})[Tt ](\\d{2}:\\d{2})(:\\d{2}(?:[.,](\\d{1,9})\\d*)?)?"
              + "\\s?(?:([Zz])|([+-]\\d{2}(?::?\\d{2}){0,2})(?: .*)?)?");

  /**
   * Reads one.
   *
   * @param zone where a time without an offset was read off a clock
   * @return nothing when it is absent or no time
   */
  static Optional<ClaimedTime> parse(String text, ZoneId zone) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher matcher = FORMAT.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      String seconds = matcher.group(3) == null ? "" : matcher.group(3).replace(',', '.');
      String fraction = matcher.group(4);
      LocalDateTime local =
          LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2) + cut(seconds, fraction));
      return Optional.of(
          new ClaimedTime(
              instant(local, matcher.group(5), matcher.group(6), zone),
              precision(seconds, fraction)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The end of the interval. */
  Instant latest() {
    return at.plus(precision);
  }

  /** How far it is from an instant; zero when the instant lies in the interval. */
  Duration distance(Instant instant) {
    if (instant.isBefore(at)) {
      return Duration.between(instant, at);
    }
    return instant.isAfter(latest()) ? Duration.between(latest(), instant) : Duration.ZERO;
  }

  /** Nine digits are all that java.time can hold. */
  private static String cut(String seconds, String fraction) {
    return fraction == null ? seconds : seconds.substring(0, 4) + fraction;
  }

  private static Instant instant(LocalDateTime local, String zulu, String offset, ZoneId zone) {
    if (zulu != null) {
      return local.toInstant(ZoneOffset.UTC);
    }
    return offset == null ? local.atZone(zone).toInstant() : local.toInstant(ZoneOffset.of(offset));
  }

  private static Duration precision(String seconds, String fraction) {
    if (seconds.isEmpty()) {
      return Duration.ofMinutes(1);
    }
    if (fraction == null) {
      return Duration.ofSeconds(1);
    }
    long nanos = 1;
    for (int digits = fraction.length(); digits < 9; digits++) {
      nanos *= 10;
    }
    return Duration.ofNanos(nanos);
  }
}
