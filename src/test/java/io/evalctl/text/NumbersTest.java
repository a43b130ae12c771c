package io.evalctl.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1000000000000",
        "-1E+1000000000000",
        "1e-1000000000000",
        "1e2147483648",
        "1e-2147483649",
        "1e999999999",
        "1.5e-1001",
        "0e9999999999"
      })
  void aNumberOutOfRangeIsRefusedWhereverJsonIsRead(String number) throws IOException {
    assertThat(Numbers.read(number)).isEmpty();
    for (String json : new String[] {number, "{\"a\":[" + number + "]}"}) {
      assertThatThrownBy(() -> Json.read(json))
          .isInstanceOfSatisfying(
              IOException.class,
              e -> assertThat(Json.reason(e)).startsWith("a number is out of range (line 1,"));
      assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(IOException.class);
    }
    // Kept as far as it can be where the reader of the field refuses it, and where it was stored.
    assertThat(Json.readUnique(number.getBytes(StandardCharsets.UTF_8)).isNumber()).isTrue();
    assertThat(Json.text(Json.readOwn(number))).hasSizeLessThan(30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.5", "1e308", "1.7976931348623157E+308", "4.9e-324", "1e1000"})
  void ordinaryNumbersKeepTheirDigits(String number) throws IOException {
    assertThat(Numbers.read(number)).contains(new BigDecimal(number));
    assertThat(Json.read(number).decimalValue()).isEqualTo(new BigDecimal(number));
  }

  @Test
  void whatIsNoNumberIsNone() {
    assertThat(Numbers.read("ten")).isEmpty();
    assertThat(Numbers.read("1" + "0".repeat(5_000_000))).isEmpty();
  }

  @Test
  void aNumberOfTooManyDigitsIsOutOfRangeToo() {
    assertThatThrownBy(() -> Json.read("[" + "9".repeat(2000) + "]"))
        .isInstanceOfSatisfying(
            IOException.class,
            e -> assertThat(Json.reason(e)).isEqualTo("a number is out of range"));
  }
}
