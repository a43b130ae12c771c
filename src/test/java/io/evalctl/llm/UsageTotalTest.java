package io.evalctl.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class UsageTotalTest {
  private static final BigDecimal CENT = new BigDecimal("0.01");

  @Test
  void addsUpWhatIsKnown() {
    UsageTotal total =
        UsageTotal.NONE
            .plus(usage(10L, 4L, 3L), CENT)
            .plus(UsageTotal.NONE.plus(usage(20L, 0L, 5L), CENT));
    assertThat(total.calls()).isEqualTo(2);
    assertThat(total.usage().input().tokens()).isEqualTo(30);
    assertThat(total.usage().cachedInput().tokens()).isEqualTo(4);
    assertThat(total.knownTokens()).isEqualTo(38);
    assertThat(total.costUsd()).isEqualByComparingTo("0.02");
    assertThat(UsageTotal.NONE.costUsd()).isZero();
  }

  @Test
  void anUnknownPriceIsNeverNothing() {
    UsageTotal total = UsageTotal.NONE.plus(usage(1L, 0L, 1L), null).plus(usage(1L, 0L, 1L), CENT);
    assertThat(total.costUsd()).isNull();
    assertThat(UsageTotal.NONE.plus(total).costUsd()).isNull();
  }

  @Test
  void anUnknownPartIsUnknownInTheSumAndSoIsAPartOfIt() {
    UsageTotal total =
        UsageTotal.NONE.plus(usage(10L, 4L, 3L), CENT).plus(usage(null, null, 5L), CENT);
    assertThat(total.usage().input()).isNull();
    assertThat(total.usage().cachedInput()).isNull();
    assertThat(total.usage().output().tokens()).isEqualTo(8);
    assertThat(total.knownTokens()).isEqualTo(8);
  }

  @Test
  void theSumIsKnownNoBetterThanItsWorstPart() {
    Usage estimated =
        new Usage(
            new TokenCount(1, TokenOrigin.ESTIMATED),
            null,
            null,
            new TokenCount(1, TokenOrigin.COUNTED),
            null);
    Usage sum = usage(1L, 0L, 1L).plus(estimated);
    assertThat(sum.input().origin()).isEqualTo(TokenOrigin.ESTIMATED);
    assertThat(sum.output().origin()).isEqualTo(TokenOrigin.COUNTED);
  }

  private static Usage usage(Long input, Long cached, Long output) {
    return Usage.reported(input, cached, null, output, null);
  }
}
