package io.evalctl.llm;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a provider says about trying again.
 *
 * @param retry {@code x-should-retry}, or null when it is not given
 * @param afterMs how long to wait, or null when it does not say
 */
record RetryHint(Boolean retry, Long afterMs) {
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final Pattern DURATION = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d))+");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final double EPOCH_SECONDS = 1e9;
  private static final double EPOCH_MILLIS = 1e12;

  /** In this order: retry-after-ms, retry-after, a used-up limit's reset, Google's RetryInfo. */
  static RetryHint read(Map<String, String> headers, ErrorBody body, Instant now) {
    String should = headers.get("x-should-retry");
    Boolean retry =
        "true".equalsIgnoreCase(should)
            ? Boolean.TRUE
            : "false".equalsIgnoreCase(should) ? Boolean.FALSE : null;
    Long after = number(headers.get("retry-after-ms"), 1);
    if (after == null) {
      after = retryAfter(headers.get("retry-after"), now);
    }
    if (after == null) {
      after = usedUpLimit(headers, now);
    }
    if (after == null && body.retryDelay() != null) {
      after = duration(body.retryDelay());
    }
    return new RetryHint(retry, after);
  }

  /** RFC 9110, section 10.2.3: seconds or an HTTP date. Some servers send decimals. */
  private static Long retryAfter(String value, Instant now) {
    if (value == null) {
      return null;
    }
    Long seconds = number(value, 1000);
    if (seconds != null) {
      return seconds;
    }
    try {
      return until(
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
          now);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /**
   * The latest reset of the limits of which nothing remains: {@code x-ratelimit-reset-requests}
   * with {@code x-ratelimit-remaining-requests: 0}, {@code anthropic-ratelimit-tokens-reset} with
   * {@code anthropic-ratelimit-tokens-remaining: 0}.
   */
  private static Long usedUpLimit(Map<String, String> headers, Instant now) {
    Long latest = null;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!name.contains("ratelimit") || !name.contains("reset")) {
        continue;
      }
      Long remaining = number(headers.get(name.replace("reset", "remaining")), 1);
      Long reset = remaining != null && remaining == 0 ? reset(header.getValue(), now) : null;
      if (reset != null && (latest == null || reset > latest)) {
        latest = reset;
      }
    }
    return latest;
  }

  /** A duration ({@code 6m0s}), a time (RFC 3339), seconds from now, or seconds since 1970. */
  private static Long reset(String value, Instant now) {
    Long duration = duration(value);
    if (duration != null) {
      return duration;
    }
    if (NUMBER.matcher(value.strip()).matches()) {
      double number = Double.parseDouble(value.strip());
      return number >= EPOCH_SECONDS
          ? until(
              Instant.ofEpochMilli((long) (number >= EPOCH_MILLIS ? number : number * 1000)), now)
          : number(value, 1000);
    }
    try {
      return until(Instant.parse(value.strip()), now);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static Long duration(String value) {
    String text = value.strip();
    if (!DURATION.matcher(text).matches()) {
      return null;
    }
    double millis = 0;
    for (Matcher part = DURATION_PART.matcher(text); part.find(); ) {
      millis +=
          Double.parseDouble(part.group(1))
              * switch (part.group(2)) {
                case "ms" -> 1;
                case "s" -> 1_000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                default -> 86_400_000;
              };
    }
    return (long) Math.ceil(millis);
  }

  private static Long number(String value, int millisPerUnit) {
    return value == null || !NUMBER.matcher(value.strip()).matches()
        ? null
        : (Long) (long) Math.ceil(Double.parseDouble(value.strip()) * millisPerUnit);
  }

  private static Long until(Instant then, Instant now) {
    return Math.max(0, Duration.between(now, then).toMillis());
  }
}
