package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryHintTest {
  private static final Instant NOW = Instant.parse("2026-11-20T20:12:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry-after-ms|1500|1500",
        "retry-after-ms|0.5|1",
        "retry-after|2|2000",
        "retry-after|0.25|250",
        "retry-after|Fri, 20 Nov 2026 20:12:07 GMT|7000",
        "retry-after|Fri, 20 Nov 2026 20:11:00 GMT|0",
        "retry-after|soon|",
        "retry-after|-1|",
        "retry-after|''|",
        "retry-after| 2 |2000",
        "retry-after|+3|3000",
        "retry-after|.5|500",
        "retry-after|2.|2000",
        "retry-after|1.0005|1001",
        "retry-after|1e1|10000",
        "retry-after|NaN|",
        "retry-after|Infinity|",
        "retry-after|0x10|",
        "retry-after|1,5|",
        "retry-after|999999999|999999999000",
        "retry-after|99999999999999999999999|3153600000000",
        "retry-after|1e1000000000000|3153600000000",
        "retry-after-ms|9999999999999999999999|3153600000000",
        "retry-after|1795205525|5000",
        "retry-after|6m0s|360000",
        "retry-after|30 seconds|30000",
        "retry-after|PT6M0.5S|360500",
        "retry-after|P1DT1S|86401000",
        "retry-after|-PT5S|",
        "retry-after|PT-5S|",
        "retry-after|P99999999999999999D|",
        // The forms of RFC 9110, section 5.6.7, and as servers get them wrong.
        "retry-after|Fri, 20-Nov-26 20:12:07 GMT|7000",
        "retry-after|Friday, 20-Nov-26 20:12:07 GMT|7000",
        "retry-after|Friday, 20-Nov-94 20:12:07 GMT|0",
        "retry-after|Fri Nov 20 20:12:07 2026|7000",
        "retry-after|Tue Dec  1 00:00:00 2026|877680000",
        "retry-after|Mon, 20 Nov 2026 20:12:07 GMT|7000",
        "retry-after|20 Nov 2026 20:12:07 GMT|7000",
        "retry-after|Fri, 20 November 2026 20:12:07 UTC|7000",
        "retry-after|Fri, 20 Nov 2026 21:12:07 +0100|7000",
        "retry-after|Fri, 20 Nov 2026 20:12:60 GMT|59000",
        "retry-after|Fri, 31 Feb 2026 20:12:07 GMT|",
        "retry-after|Fri, 20 Foo 2026 20:12:07 GMT|",
        "retry-after|Fri, 20 Nov 9999 20:12:07 GMT|3153600000000",
        "retry-after|2026-11-20T20:12:07Z|7000",
        "retry-after|2026-11-20 21:12:07+01:00|7000",
        "retry-after|2026-11-20T20:12:07.5|7500",
        "retry-after|+999999999-12-31T23:59:59Z|3153600000000",
        "retry-after|1970-01-01T00:00:00Z|0"
      })
  void readsRetryAfter(String header, String value, Long millis) {
    assertThat(read(Map.of(header, value))).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "6m0s|360000",
        "20ms|20",
        "1.5s|1500",
        "1h2m|3720000",
        "30|30000",
        "2026-11-20T20:12:09Z|9000",
        "1795205525|5000",
        "1795205525000|5000",
        "1795205525.5|5500",
        "150us|1",
        "0s|0",
        "PT0.02S|20",
        "99999999999h|3153600000000",
        "never|"
      })
  void readsTheResetOfAUsedUpLimit(String reset, Long millis) {
    assertThat(
            read(
                Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", reset)))
        .isEqualTo(millis);
  }

  @Test
  void aLimitThatIsNotUsedUpSaysNothing() {
    assertThat(
            read(
                Map.of(
                    "anthropic-ratelimit-requests-remaining", "0",
                    "anthropic-ratelimit-requests-reset", "2026-11-20T20:12:03Z",
                    "anthropic-ratelimit-tokens-remaining", "5000",
                    "anthropic-ratelimit-tokens-reset", "2026-11-20T20:13:00Z")))
        .isEqualTo(3000);
    assertThat(read(Map.of("x-ratelimit-reset-tokens", "5s"))).isNull();
    assertThat(read(Map.of("x-ratelimit-remaining", "-3.0", "x-ratelimit-reset", "5")))
        .isEqualTo(5000);
    assertThat(read(Map.of("x-ratelimit-remaining", "", "x-ratelimit-reset", "5"))).isNull();
  }

  @Test
  void theMoreExactWordCounts() {
    assertThat(
            read(
                Map.of(
                    "retry-after-ms", "100",
                    "retry-after", "9",
                    "x-ratelimit-remaining-tokens", "0",
                    "x-ratelimit-reset-tokens", "7s")))
        .isEqualTo(100);
    assertThat(
            read(
                Map.of(
                    "retry-after", "9",
                    "x-ratelimit-remaining-tokens", "0",
                    "x-ratelimit-reset-tokens", "7s")))
        .isEqualTo(9000);
    ErrorBody google = new ErrorBody("m", List.of(), null, null, "38.5s");
    assertThat(RetryHint.read(Map.of(), google, NOW).afterMs()).isEqualTo(38500);
    assertThat(RetryHint.read(Map.of("retry-after", "1"), google, NOW).afterMs()).isEqualTo(1000);
  }

  @Test
  void readsWhetherToRetry() {
    assertThat(RetryHint.read(Map.of("x-should-retry", "true"), ErrorBody.NONE, NOW).retry())
        .isTrue();
    assertThat(RetryHint.read(Map.of("x-should-retry", "False"), ErrorBody.NONE, NOW).retry())
        .isFalse();
    assertThat(RetryHint.read(Map.of("x-should-retry", "maybe"), ErrorBody.NONE, NOW).retry())
        .isNull();
  }

  private static Long read(Map<String, String> headers) {
    return RetryHint.read(headers, ErrorBody.NONE, NOW).afterMs();
  }
}
