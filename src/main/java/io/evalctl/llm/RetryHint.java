package io.evalctl.llm;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a provider says about trying again.
 *
 * @param retry {@code x-should-retry}, or null when it is not given
 * @param afterMs how long to wait, or null when it does not say
 */
record RetryHint(Boolean retry, Long afterMs) {
  private static final int SECOND = 1000;
  private static final Pattern NOTHING = Pattern.compile("-\\d+(\\.\\d+)?|0+(\\.0+)?");

  /** In this order: retry-after-ms, retry-after, a used-up limit's reset, Google's RetryInfo. */
  static RetryHint read(Map<String, String> headers, ErrorBody body, Instant now) {
    String should = headers.get("x-should-retry");
    Boolean retry =
        "true".equalsIgnoreCase(should)
            ? Boolean.TRUE
            : "false".equalsIgnoreCase(should) ? Boolean.FALSE : null;
    Long after = StatedWait.millis(headers.get("retry-after-ms"), 1, now);
    if (after == null) {
      after = StatedWait.millis(headers.get("retry-after"), SECOND, now);
    }
    if (after == null) {
      after = usedUpLimit(headers, now);
    }
    if (after == null) {
      after = StatedWait.millis(body.retryDelay(), SECOND, now);
    }
    return new RetryHint(retry, after);
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
      String remaining = headers.get(name.replace("reset", "remaining"));
      Long reset =
          remaining != null && NOTHING.matcher(remaining.strip()).matches()
              ? StatedWait.millis(header.getValue(), SECOND, now)
              : null;
      if (reset != null && (latest == null || reset > latest)) {
        latest = reset;
      }
    }
    return latest;
  }
}
