package io.evalctl.results;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the results store writes them: ISO 8601, UTC, six digits, {@code +00:00}. */
public final class Timestamps {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

  private Timestamps() {}

  /** Null stays null. */
  public static String format(Instant instant) {
    return instant == null ? null : FORMAT.format(instant.atOffset(ZoneOffset.UTC));
  }

  /** Null stays null. */
  public static Instant parse(String text) {
    return text == null ? null : OffsetDateTime.parse(text).toInstant();
  }
}
