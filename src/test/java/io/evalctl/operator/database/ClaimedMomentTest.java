package io.evalctl.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimedMomentTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MARK = 900 * SECOND;

  /** 20:12:10.5 on the wall is 1000 s on the monotonic clock. */
  private static final Sighting SIGHTING =
      new Sighting(Instant.parse("2026-11-20T20:12:10.500Z"), 1000 * SECOND);

  @Test
  void aPreciseClaimIsPutOnTheMonotonicClock() {
    ClaimedMoment moment = of("2026-11-20T20:12:10.100000Z");

    assertThat(moment.skewed()).isFalse();
    assertThat(moment.moment().nanos()).isEqualTo(1000 * SECOND - 400_000_000L + 1_000L);
    assertThat(moment.moment().at()).isEqualTo("2026-11-20T20:12:10.100001Z");
  }

  @Test
  void aClaimInWholeSecondsThatHoldsTheSightingTellsNoMoreThanIt() {
    assertThat(of("2026-11-20 20:12:10")).isEqualTo(new ClaimedMoment(SIGHTING, false));
  }

  @Test
  void aClaimInWholeSecondsBeforeIsTakenAtItsEnd() {
    assertThat(of("2026-11-20 20:12:08").moment().at()).isEqualTo("2026-11-20T20:12:09Z");
  }

  @Test
  void nothingHappensAfterItWasSeen() {
    assertThat(of("2026-11-20T20:12:12.000Z")).isEqualTo(new ClaimedMoment(SIGHTING, false));
  }

  @Test
  void twoSecondsApartIsBelievedMoreIsNot() {
    assertThat(of("2026-11-20T20:12:08.500Z").skewed()).isFalse();
    assertThat(of("2026-11-20T20:12:08.498Z")).isEqualTo(new ClaimedMoment(SIGHTING, true));
    assertThat(of("2026-11-20T20:12:12.500Z").skewed()).isFalse();
    assertThat(of("2026-11-20T20:12:12.501Z")).isEqualTo(new ClaimedMoment(SIGHTING, true));
  }

  @Test
  void aClaimFromBeforeTheMarkIsNotBelieved() {
    long mark = 1000 * SECOND - 200_000_000L;

    assertThat(ClaimedMoment.of(claim("2026-11-20T20:12:10.250Z"), SIGHTING, mark))
        .isEqualTo(new ClaimedMoment(SIGHTING, true));
    assertThat(ClaimedMoment.of(claim("2026-11-20T20:12:10.350Z"), SIGHTING, mark).skewed())
        .isFalse();
  }

  @Test
  void withoutAClaimTheSightingIsAllThereIs() {
    assertThat(ClaimedMoment.of(Optional.empty(), SIGHTING, MARK))
        .isEqualTo(new ClaimedMoment(SIGHTING, false));
  }

  @Test
  void aLogEntryMayBeWrittenLongAfterItsTime() {
    ClaimedMoment moment =
        ClaimedMoment.sinceMark(claim("2026-11-20T20:11:40.500000000Z"), SIGHTING, MARK);

    assertThat(moment.skewed()).isFalse();
    assertThat(moment.moment().nanos()).isEqualTo(970 * SECOND + 1);
    assertThat(ClaimedMoment.sinceMark(claim("2026-11-20T20:12:13Z"), SIGHTING, MARK))
        .isEqualTo(new ClaimedMoment(SIGHTING, true));
  }

  private static ClaimedMoment of(String claim) {
    return ClaimedMoment.of(claim(claim), SIGHTING, MARK);
  }

  private static Optional<ClaimedTime> claim(String text) {
    return ClaimedTime.parse(text, ZoneOffset.UTC);
  }
}
