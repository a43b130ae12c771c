package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimedTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-20T20:12:03.123456+00:00, 2026-11-20T20:12:03.123456Z, PT0.000001S",
    "2026-11-20T20:12:03.5Z, 2026-11-20T20:12:03.5Z, PT0.1S",
    "2026-11-20T20:12:03Z, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20T22:12:03+02:00, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20T22:12:03+0200, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20T15:42:03-0430, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20 22:12:03+02, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20T20:12:03, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20 20:12:03, 2026-11-20T20:12:03Z, PT1S",
    "2026-11-20 20:12:03.250, 2026-11-20T20:12:03.250Z, PT0.001S",
    "'2026-11-20 20:12:03,25', 2026-11-20T20:12:03.250Z, PT0.01S",
    "2026-11-20T20:12, 2026-11-20T20:12:00Z, PT1M",
    "2026-11-20T20:12:03.1234567891234Z, 2026-11-20T20:12:03.123456789Z, PT0.000000001S",
    "2026-11-20 22:12:03.5 +0200 CEST m=+0.01, 2026-11-20T20:12:03.5Z, PT0.1S",
  })
  void readsEveryFormWithItsPrecision(String text, Instant at, Duration precision) {
    assertThat(ClaimedTime.parse(text, ZoneOffset.UTC)).contains(new ClaimedTime(at, precision));
  }

  @Test
  void onlyATimeWithoutOffsetIsReadInTheGivenZone() {
    ZoneId zone = ZoneId.of("America/New_York");

    assertThat(ClaimedTime.parse("2026-11-20 15:12:03", zone).orElseThrow().at())
        .isEqualTo("2026-11-20T20:12:03Z");
    assertThat(ClaimedTime.parse("2026-11-20T20:12:03Z", zone).orElseThrow().at())
        .isEqualTo("2026-11-20T20:12:03Z");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-11-20",
        "1795205523",
        "2026-13-20T20:12:03Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T20:12:03+99:00",
        "2026-11-20T20:12:03Zulu"
      })
  void whatIsNoTimeIsNothing(String text) {
    assertThat(ClaimedTime.parse(text, ZoneOffset.UTC)).isEmpty();
  }

  @Test
  void distanceCountsFromTheNearerEndOfTheInterval() {
    ClaimedTime claim = ClaimedTime.parse("2026-11-20 20:12:03", ZoneOffset.UTC).orElseThrow();

    assertThat(claim.distance(Instant.parse("2026-11-20T20:12:03.9Z"))).isZero();
    assertThat(claim.distance(Instant.parse("2026-11-20T20:12:02Z"))).hasSeconds(1);
    assertThat(claim.distance(Instant.parse("2026-11-20T20:12:07Z"))).hasSeconds(3);
  }
}
