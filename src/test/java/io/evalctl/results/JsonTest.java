package io.evalctl.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void aColumnKeepsEveryDigit() {
    JsonNode column = Json.parse("{\"output\":0.12345678901234567890,\"n\":12345678901234567890}");
    assertThat(column.path("output").decimalValue())
        .isEqualTo(new BigDecimal("0.12345678901234567890"));
    assertThat(column.path("n").bigIntegerValue()).hasToString("12345678901234567890");
  }

  @Test
  void whatMayBeReadAsAnAnswerMayBeReadBackAsPartOfAColumn() throws IOException {
    String deepest = "[".repeat(500) + "]".repeat(500);
    JsonNode answer = io.evalctl.text.Json.read(deepest);
    String column = Json.object().set("output", answer).toString();
    assertThat(Json.parse(column).path("output")).isEqualTo(answer);
    assertThatThrownBy(() -> io.evalctl.text.Json.read("[" + deepest + "]"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aColumnThatIsNoJsonIsNamed() {
    assertThatThrownBy(() -> Json.parse("{"))
        .isInstanceOf(EvalctlException.class)
        .hasMessageContaining("a JSON column of the results store holds no JSON")
        .extracting(e -> ((EvalctlException) e).code())
        .isEqualTo(ErrorCode.RESULTS_CORRUPT);
  }
}
