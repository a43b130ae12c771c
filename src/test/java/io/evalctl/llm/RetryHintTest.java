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
        "retry-after|-1|"
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
