package io.evalctl.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultRequestTest {
  @Test
  void fillsInDefaults() {
    FaultRequest request = new FaultRequest(ChaosType.LATENCY, "any", Map.of("max_ms", "300"));
    assertThat(request.number("min_ms")).isEqualTo(50);
    assertThat(request.number("max_ms")).isEqualTo(300);
  }

  @ParameterizedTest
  @CsvSource({
    "LATENCY, min_ms, 0",
    "LATENCY, min_ms, 200",
    "LATENCY, max_ms, 10001",
    "LATENCY, max_ms, fast",
    "LATENCY, max_ms, 1.5",
    "LATENCY, jitter, 5",
    "BANDWIDTH, kbps, 7",
    "BANDWIDTH, kbps, 100001",
    "NETWORK_PARTITION, kind, star",
    "NETWORK_PARTITION, kind, ''",
    "NODE_KILL, kind, isolate",
  })
  void refusesWhatMakesNoSense(ChaosType type, String parameter, String value) {
    assertThatThrownBy(() -> new FaultRequest(type, "any", Map.of(parameter, value)))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_PARAMETER);
              assertThat(e.hint()).isNotBlank();
            });
  }
}
