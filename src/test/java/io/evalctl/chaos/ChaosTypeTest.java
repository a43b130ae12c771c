package io.evalctl.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosTypeTest {
  @ParameterizedTest
  @EnumSource
  void isReadByItsLabel(ChaosType type) {
    assertThat(ChaosType.parse(type.label())).isEqualTo(type);
    assertThat(ChaosType.parse(" " + type.name() + " ")).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "node", "nodekill", "disk-full"})
  void unknownNameIsRefusedWithTheKnownOnes(String name) {
    assertThatThrownBy(() -> ChaosType.parse(name))
        .isInstanceOfSatisfying(
            EvalctlException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_CHAOS);
              assertThat(e.hint()).contains("node-kill", "connection-reset");
            });
  }

  @ParameterizedTest
  @EnumSource
  void defaultsAreValid(ChaosType type) {
    FaultRequest request = new FaultRequest(type, "any", Map.of());
    assertThat(request.parameters()).hasSameSizeAs(type.parameters());
  }

  @Test
  void whatHappensToTheSurroundingsCannotBeMendedByAnOperator() {
    assertThat(ChaosType.values())
        .filteredOn(type -> !type.mendable())
        .containsExactly(
            ChaosType.NETWORK_PARTITION,
            ChaosType.LATENCY,
            ChaosType.ASYMMETRIC_PARTITION,
            ChaosType.BANDWIDTH,
            ChaosType.CONNECTION_RESET,
            ChaosType.PACKET_LOSS,
            ChaosType.DUPLICATION,
            ChaosType.PORT_BLOCK,
            ChaosType.DISK_PRESSURE,
            ChaosType.CPU_STARVATION,
            ChaosType.MEMORY_EXHAUSTION);
  }
}
