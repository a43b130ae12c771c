package io.evalctl.subject.compose.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evalctl.chaos.ChaosType;
import io.evalctl.chaos.FaultRequest;
import io.evalctl.error.ErrorCode;
import io.evalctl.error.EvalctlException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SharedNamespacesTest {
  private static final Set<ChaosType> OFFERED =
      EnumSet.of(
          ChaosType.NONE,
          ChaosType.NODE_KILL,
          ChaosType.PROCESS_PAUSE,
          ChaosType.LATENCY,
          ChaosType.NETWORK_PARTITION);

  private final SharedNamespaces shared =
      new SharedNamespaces(
          Map.of("n2", "node n2 (service n2) has network_mode: host"),
          Map.of("n3", "node n1 (service n1) has pid: service:n3"));

  private void refuse(ChaosType type, String target) {
    shared.refuse(
        new FaultRequest(type, target, Map.of()), List.of("n1", "n2", "n3"), () -> OFFERED);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "NETWORK_PARTITION",
        "ASYMMETRIC_PARTITION",
        "LATENCY",
        "BANDWIDTH",
        "CONNECTION_RESET",
        "PACKET_LOSS",
        "DUPLICATION",
        "PORT_BLOCK"
      })
  void noPacketFaultStrikesANetworkOfOthers(ChaosType type) {
    for (String target : List.of("n2", "any", "leader", "follower")) {
      assertThatThrownBy(() -> refuse(type, target))
          .isInstanceOfSatisfying(
              EvalctlException.class,
              error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.UNKNOWN_TARGET);
                assertThat(error.hint()).startsWith("node n2 can meet: node-kill, process-pause");
                assertThat(error.hint()).doesNotContain("latency", "partition", "none");
              })
          .hasMessage(
              "chaos %s cannot be made with target %s: node n2 (service n2) has network_mode: host,"
                  + " and so no network of its own",
              type, target);
    }
  }

  @Test
  void whoHasItsOwnNetworkMeetsThemButAPartition() {
    assertThatCode(() -> refuse(ChaosType.LATENCY, "n1")).doesNotThrowAnyException();
    assertThatCode(() -> refuse(ChaosType.PORT_BLOCK, "n3")).doesNotThrowAnyException();
    assertThatThrownBy(() -> refuse(ChaosType.NETWORK_PARTITION, "n1"))
        .as("its link to n2 would stay")
        .hasMessageContaining("with target n1: node n2 (service n2) has network_mode: host");
    assertThatThrownBy(() -> refuse(ChaosType.LATENCY, "any"))
        .extracting("hint")
        .asString()
        .endsWith("; or name another --target: n1");
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "NETWORK_PARTITION",
        "ASYMMETRIC_PARTITION",
        "LATENCY",
        "BANDWIDTH",
        "CONNECTION_RESET",
        "PACKET_LOSS",
        "DUPLICATION",
        "PORT_BLOCK"
      })
  void allOthersStrikeItAsEver(ChaosType type) {
    assertThatCode(() -> refuse(type, "n2")).doesNotThrowAnyException();
  }

  @Test
  void theEndOfTheFirstProcessOfOthersIsRefused() {
    for (ChaosType type : List.of(ChaosType.NODE_KILL, ChaosType.NODE_STOP)) {
      assertThatThrownBy(() -> refuse(type, "n3"))
          .hasMessage(
              "chaos %s cannot be made with target n3: node n1 (service n1) has pid: service:n3,"
                  + " and so is struck as well",
              type);
      assertThatCode(() -> refuse(type, "n1")).doesNotThrowAnyException();
    }
    assertThatCode(() -> refuse(ChaosType.PROCESS_PAUSE, "n3")).doesNotThrowAnyException();
  }
}
