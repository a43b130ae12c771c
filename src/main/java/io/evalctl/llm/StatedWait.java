package io.evalctl.llm;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how long to wait in whatever form servers say it: a number ({@code 1.5}), a number that is
 * a time since 1970, a duration ({@code 6m0s}, {@code PT6M}), an HTTP date in one of the three
 * forms of RFC 9110, section 5.6.7, whatever its day of the week says, or a time as in RFC 3339.
 * Never throws. Stateless.
 */
final class StatedWait {
  /** A hundred years: what is longer is of no use, and would overflow nanoseconds. */
  static final long MOST_MILLIS = Duration.ofDays(36_500).toMillis();

  private static final int MOST_CHARACTERS = 1000;
  private static final double EPOCH_SECONDS = 1e9;
  private static final double EPOCH_MILLIS = 1e12;

  private static final String DECIMAL = "(?:\\d++(?:\\.\\d*+)?|\\.\\d++)";
  private static final Pattern NUMBER = Pattern.compile("\\+?" + DECIMAL + "(?:[eE][+-]?\\d++)?");
  private static final Pattern PART =
      Pattern.compile("(" + DECIMAL + ")\\s*+(ns|[uµμ]s|ms|s|m|h|d)[a-z]*+\\s*+");
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:"
              + DECIMAL
              + "\\s*+(?:ns|[uµμ]s|ms|s(?:econds?|ecs?)?|m(?:inutes?|ins?)?"
              + "|h(?:ours?|rs?)?|d(?:ays?)?)\\s*+)++");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final String TIME = "(?<h>\\d\\d?):(?<m>\\d\\d)(?::(?<s>\\d\\d))?";
  private static final List<Pattern> DATES =
      List.of(
          // IMF-fixdate and RFC 850
          Pattern.compile(
              "(?:[a-z]+,?\\s+)?(?<day>\\d\\d?)[ -]+(?<month>[a-z]{3})[a-z]*["
                  + " -]+(?<year>\\d{4}|\\d\\d)\\s+"
                  + TIME
                  + "\\s*(?<zone>gmt|utc?|z|[+-]\\d\\d:?\\d\\d|)"),
          // asctime
          Pattern.compile(
              "(?:[a-z]+\\s+)?(?<month>[a-z]{3})\\s+(?<day>\\d\\d?)\\s+"
                  + TIME
                  + "\\s+(?<zone>)(?<year>\\d{4})"));

  private StatedWait() {}

  /**
   * @param unitMillis what a plain number counts
   * @return milliseconds from now, 0 for what is over, {@link #MOST_MILLIS} at most; null when it
   *     is none of the forms
   */
  static Long millis(String value, int unitMillis, Instant now) {
    if (value == null || value.length() > MOST_CHARACTERS) {
      return null;
    }
    String text = value.strip().toLowerCase(Locale.ROOT);
    if (NUMBER.matcher(text).matches()) {
      return number(Double.parseDouble(text), unitMillis, now);
    }
    if (PARTS.matcher(text).matches()) {
      return parts(text);
    }
    try {
      return text.startsWith("p") ? duration(text) : until(time(text, now), now);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Long number(double number, int unitMillis, Instant now) {
    double millis = number * unitMillis;
    if (millis >= EPOCH_MILLIS || unitMillis == 1000 && number >= EPOCH_SECONDS) {
      double epoch = number >= EPOCH_MILLIS ? number : millis;
      return capped(epoch - now.toEpochMilli());
    }
    return capped(millis);
  }

  private static Long parts(String text) {
    double millis = 0;
    for (Matcher part = PART.matcher(text); part.find(); ) {
      millis +=
          Double.parseDouble(part.group(1))
              * switch (part.group(2)) {
                case "ns" -> 1e-6;
                case "ms" -> 1;
                case "s" -> 1_000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                case "d" -> 86_400_000;
                default -> 1e-3;
              };
    }
    return capped(millis);
  }

  private static Long duration(String text) {
    Duration duration = Duration.parse(text);
    return duration.isNegative()
        ? null
        : capped(duration.getSeconds() * 1e3 + duration.getNano() / 1e6);
  }

  private static Instant time(String text, Instant now) {
    for (Pattern form : DATES) {
      Matcher date = form.matcher(text);
      if (date.matches()) {
        return httpDate(date, now);
      }
    }
    String iso = text.replaceFirst("(?<=^.{10}) ", "t").toUpperCase(Locale.ROOT);
    try {
      return OffsetDateTime.parse(iso).toInstant();
    } catch (DateTimeException e) {
      return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
  }

  private static Instant httpDate(Matcher date, Instant now) {
    int year = Integer.parseInt(date.group("year"));
    if (date.group("year").length() == 2) {
      year += 2000;
      // RFC 9110: what seems to lie more than 50 years ahead was in the century before.
      year -= year > now.atOffset(ZoneOffset.UTC).getYear() + 50 ? 100 : 0;
    }
    int second = date.group("s") == null ? 0 : Integer.parseInt(date.group("s"));
    return LocalDateTime.of(
            year,
            1 + MONTHS.indexOf(date.group("month")),
            Integer.parseInt(date.group("day")),
            Integer.parseInt(date.group("h")),
            Integer.parseInt(date.group("m")),
            // A leap second.
            Math.min(59, second))
        .toInstant(zone(date.group("zone")));
  }

  private static ZoneOffset zone(String text) {
    return text.startsWith("+") || text.startsWith("-") ? ZoneOffset.of(text) : ZoneOffset.UTC;
  }

  private static Long until(Instant then, Instant now) {
    return capped(
        (then.getEpochSecond() - now.getEpochSecond()) * 1e3
            + (then.getNano() - now.getNano()) / 1e6);
  }

  private static Long capped(double millis) {
    return (long) Math.ceil(Math.max(0, Math.min(MOST_MILLIS, millis)));
  }
}
